-- The days of a month, as far as they are published; 'trading_days' says how many those are over all countries, so that a month under way
-- is not taken for a weak one.
WITH days AS (
    SELECT *, CAST(date_trunc('month', order_date) AS DATE) AS month
    FROM gold.daily_sales
    WHERE order_date >= CAST(timezone('Europe/London', $partition_start) AS DATE)
        AND order_date < CAST(timezone('Europe/London', $partition_end) AS DATE)
),

open_days AS (
    SELECT month, count(DISTINCT order_date) AS trading_days, max(order_date) AS last_day FROM days GROUP BY month
)

SELECT
    d.country,
    d.month,
    o.trading_days,
    count(*) AS days_with_orders,
    o.last_day,
    CAST(sum(d.invoices) AS BIGINT) AS invoices,
    CAST(sum(d.lines_sold) AS BIGINT) AS lines_sold,
    CAST(sum(d.units_sold) AS BIGINT) AS units_sold,
    CAST(sum(d.sales) AS DECIMAL(18, 3)) AS sales,
    CAST(sum(d.cancelled) AS DECIMAL(18, 3)) AS cancelled,
    CAST(sum(d.net_sales) AS DECIMAL(18, 3)) AS net_sales
FROM days d
JOIN open_days o ON o.month = d.month
GROUP BY d.country, d.month, o.trading_days, o.last_day
