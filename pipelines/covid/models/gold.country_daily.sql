-- Totals per country and day, with what was new since the day before and averages over the seven days that end with the day.
-- Reads the six days before the first day that it makes. A day of which silver holds no row at all is 'not reported' and counts for
-- nothing; a country without a row on a reported day had none, so it counts as zero there.
WITH totals AS (
    SELECT
        country,
        report_date,
        CAST(sum(confirmed) AS BIGINT) AS confirmed,
        CAST(sum(deaths) AS BIGINT) AS deaths,
        CAST(sum(recovered) AS BIGINT) AS recovered,
        count(*) AS places
    FROM silver.cases
    WHERE report_date >= CAST($partition_start AS DATE) - 6 AND report_date < CAST($partition_end AS DATE)
    GROUP BY country, report_date
),

reported_days AS (
    SELECT DISTINCT report_date AS day FROM totals
),

-- The up to seven reported days that end with each row's day.
history AS (
    SELECT
        t.country,
        t.report_date,
        d.day,
        coalesce(e.confirmed, 0) AS confirmed
    FROM totals t
    JOIN reported_days d ON d.day BETWEEN t.report_date - 6 AND t.report_date
    LEFT JOIN totals e ON e.country = t.country AND e.report_date = d.day
    WHERE t.report_date >= CAST($partition_start AS DATE)
),

-- New cases are known only where the day before was reported as well.
steps AS (
    SELECT
        *,
        CASE WHEN lag(day) OVER earlier = day - 1 THEN confirmed - lag(confirmed) OVER earlier END AS new_confirmed
    FROM history
    WINDOW earlier AS (PARTITION BY country, report_date ORDER BY day)
),

averages AS (
    SELECT
        country,
        report_date,
        max(new_confirmed) FILTER (WHERE day = report_date) AS new_confirmed,
        round(CAST(sum(new_confirmed) AS DOUBLE) / nullif(count(new_confirmed), 0), 3) AS new_confirmed_7d_avg,
        round(CAST(sum(confirmed) AS DOUBLE) / count(*), 3) AS confirmed_7d_avg,
        count(*) AS days_in_window
    FROM steps
    GROUP BY country, report_date
)

SELECT
    t.country,
    t.report_date,
    t.confirmed,
    t.deaths,
    t.recovered,
    a.new_confirmed,
    a.new_confirmed_7d_avg,
    a.confirmed_7d_avg,
    a.days_in_window,
    t.places
FROM totals t
JOIN averages a ON a.country = t.country AND a.report_date = t.report_date
