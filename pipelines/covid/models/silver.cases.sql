-- One row per reported place and day: exactly one per bronze row of the partition. What a value cannot become turns NULL here and is
-- quarantined by the contract's rules; which of two rows for the same place stays is decided after that, by 'deduplicate'.
WITH
-- Places that changed their name or their country, to the spelling of the newest header generation.
renamed (country_from, province_from, country, province) AS (
    VALUES
        -- countries
        ('Bahamas, The', NULL, 'Bahamas', NULL),
        ('The Bahamas', NULL, 'Bahamas', NULL),
        ('Cape Verde', NULL, 'Cabo Verde', NULL),
        ('Czech Republic', NULL, 'Czechia', NULL),
        ('East Timor', NULL, 'Timor-Leste', NULL),
        ('Gambia, The', NULL, 'Gambia', NULL),
        ('The Gambia', NULL, 'Gambia', NULL),
        ('Iran (Islamic Republic of)', NULL, 'Iran', NULL),
        ('Ivory Coast', NULL, 'Cote d''Ivoire', NULL),
        ('North Ireland', NULL, 'United Kingdom', 'Northern Ireland'),
        ('occupied Palestinian territory', NULL, 'West Bank and Gaza', NULL),
        ('Palestine', NULL, 'West Bank and Gaza', NULL),
        ('Republic of Ireland', NULL, 'Ireland', NULL),
        ('Republic of Korea', NULL, 'Korea, South', NULL),
        ('South Korea', NULL, 'Korea, South', NULL),
        ('Republic of Moldova', NULL, 'Moldova', NULL),
        ('Republic of the Congo', NULL, 'Congo (Brazzaville)', NULL),
        ('Russian Federation', NULL, 'Russia', NULL),
        ('Taiwan', NULL, 'Taiwan*', NULL),
        ('Taiwan', 'Taiwan', 'Taiwan*', NULL),
        ('Taipei and environs', 'Taiwan', 'Taiwan*', NULL),
        ('UK', NULL, 'United Kingdom', NULL),
        ('Vatican City', NULL, 'Holy See', NULL),
        ('Viet Nam', NULL, 'Vietnam', NULL),
        -- places that stood as countries of their own for a while
        ('Aruba', NULL, 'Netherlands', 'Aruba'),
        ('Cayman Islands', NULL, 'United Kingdom', 'Cayman Islands'),
        ('Channel Islands', NULL, 'United Kingdom', 'Channel Islands'),
        ('Curacao', NULL, 'Netherlands', 'Curacao'),
        ('Faroe Islands', NULL, 'Denmark', 'Faroe Islands'),
        ('French Guiana', NULL, 'France', 'French Guiana'),
        ('Gibraltar', NULL, 'United Kingdom', 'Gibraltar'),
        ('Greenland', NULL, 'Denmark', 'Greenland'),
        ('Guadeloupe', NULL, 'France', 'Guadeloupe'),
        ('Guam', NULL, 'US', 'Guam'),
        ('Guernsey', NULL, 'United Kingdom', 'Guernsey'),
        ('Hong Kong', 'Hong Kong', 'China', 'Hong Kong'),
        ('Hong Kong SAR', 'Hong Kong', 'China', 'Hong Kong'),
        ('Jersey', NULL, 'United Kingdom', 'Jersey'),
        ('Macao SAR', 'Macau', 'China', 'Macau'),
        ('Macau', 'Macau', 'China', 'Macau'),
        ('Martinique', NULL, 'France', 'Martinique'),
        ('Mayotte', NULL, 'France', 'Mayotte'),
        ('Puerto Rico', NULL, 'US', 'Puerto Rico'),
        ('Reunion', NULL, 'France', 'Reunion'),
        ('Saint Barthelemy', NULL, 'France', 'Saint Barthelemy'),
        ('Saint Martin', NULL, 'France', 'St Martin'),
        ('St. Martin', NULL, 'France', 'St Martin'),
        -- a country's own row, once written as a province of itself
        ('Denmark', 'Denmark', 'Denmark', NULL),
        ('France', 'France', 'France', NULL),
        ('Netherlands', 'Netherlands', 'Netherlands', NULL),
        ('United Kingdom', 'UK', 'United Kingdom', NULL),
        ('United Kingdom', 'United Kingdom', 'United Kingdom', NULL),
        ('US', 'US', 'US', 'Recovered'),
        -- ships and misspellings
        ('Cruise Ship', 'Diamond Princess', 'Diamond Princess', NULL),
        ('Others', 'Cruise Ship', 'Diamond Princess', NULL),
        ('Others', 'Diamond Princess cruise ship', 'Diamond Princess', NULL),
        ('US', 'Grand Princess Cruise Ship', 'US', 'Grand Princess'),
        ('France', 'Fench Guiana', 'France', 'French Guiana'),
        ('Germany', 'Bavaria', 'Germany', 'Bayern'),
        ('United Kingdom', 'Falkland Islands (Islas Malvinas)', 'United Kingdom', 'Falkland Islands (Malvinas)'),
        ('US', 'United States Virgin Islands', 'US', 'Virgin Islands'),
        ('US', 'Virgin Islands, U.S.', 'US', 'Virgin Islands')
),

-- Until 2020-03-09 counties and cities stood as 'Santa Clara, CA' or 'Norfolk County, MA' in the province column.
postal (country, code, province) AS (
    VALUES
        ('US', 'AL', 'Alabama'), ('US', 'AK', 'Alaska'), ('US', 'AZ', 'Arizona'), ('US', 'AR', 'Arkansas'), ('US', 'CA', 'California'),
        ('US', 'CO', 'Colorado'), ('US', 'CT', 'Connecticut'), ('US', 'DE', 'Delaware'), ('US', 'D.C.', 'District of Columbia'),
        ('US', 'FL', 'Florida'), ('US', 'GA', 'Georgia'), ('US', 'HI', 'Hawaii'), ('US', 'ID', 'Idaho'), ('US', 'IL', 'Illinois'),
        ('US', 'IN', 'Indiana'), ('US', 'IA', 'Iowa'), ('US', 'KS', 'Kansas'), ('US', 'KY', 'Kentucky'), ('US', 'LA', 'Louisiana'),
        ('US', 'ME', 'Maine'), ('US', 'MD', 'Maryland'), ('US', 'MA', 'Massachusetts'), ('US', 'MI', 'Michigan'), ('US', 'MN', 'Minnesota'),
        ('US', 'MS', 'Mississippi'), ('US', 'MO', 'Missouri'), ('US', 'MT', 'Montana'), ('US', 'NE', 'Nebraska'), ('US', 'NV', 'Nevada'),
        ('US', 'NH', 'New Hampshire'), ('US', 'NJ', 'New Jersey'), ('US', 'NM', 'New Mexico'), ('US', 'NY', 'New York'),
        ('US', 'NC', 'North Carolina'), ('US', 'ND', 'North Dakota'), ('US', 'OH', 'Ohio'), ('US', 'OK', 'Oklahoma'), ('US', 'OR', 'Oregon'),
        ('US', 'PA', 'Pennsylvania'), ('US', 'RI', 'Rhode Island'), ('US', 'SC', 'South Carolina'), ('US', 'SD', 'South Dakota'),
        ('US', 'TN', 'Tennessee'), ('US', 'TX', 'Texas'), ('US', 'UT', 'Utah'), ('US', 'VT', 'Vermont'), ('US', 'VA', 'Virginia'),
        ('US', 'WA', 'Washington'), ('US', 'WV', 'West Virginia'), ('US', 'WI', 'Wisconsin'), ('US', 'WY', 'Wyoming'),
        ('Canada', 'Alberta', 'Alberta'), ('Canada', 'ON', 'Ontario'), ('Canada', 'QC', 'Quebec')
),

reported AS (
    SELECT
        -- A name that only says that there is none is none; 'Mainland China' moves with all its provinces.
        replace(nullif(trim(country_region), ''), 'Mainland China', 'China') AS country,
        nullif(nullif(trim(province_state), ''), 'None') AS province,
        nullif(trim(admin2), '') AS county,
        report_date,
        nullif(trim(last_update), '') AS last_update,
        nullif(trim(latitude), '') AS latitude,
        nullif(trim(longitude), '') AS longitude,
        -- The files of January 2020 leave a count blank where nothing was reported. Later a blank is a missing value.
        coalesce(nullif(trim(confirmed), ''), CASE WHEN report_date < DATE '2020-02-01' THEN '0' END) AS confirmed,
        coalesce(nullif(trim(deaths), ''), CASE WHEN report_date < DATE '2020-02-01' THEN '0' END) AS deaths,
        coalesce(nullif(trim(recovered), ''), CASE WHEN report_date < DATE '2020-02-01' THEN '0' END) AS recovered,
        nullif(trim(active), '') AS active,
        _source_uri,
        _source_row
    FROM bronze.daily_reports
    WHERE report_date >= CAST($partition_start AS DATE) AND report_date < CAST($partition_end AS DATE)
),

placed AS (
    SELECT
        r.* REPLACE (
            coalesce(n.country, r.country) AS country,
            CASE WHEN n.country IS NOT NULL THEN n.province WHEN p.code IS NOT NULL THEN p.province ELSE r.province END AS province,
            CASE WHEN p.code IS NOT NULL AND n.country IS NULL THEN regexp_replace(regexp_extract(r.province, '^(.+), ', 1), ' (County|Parish)$', '') ELSE r.county END AS county
        )
    FROM reported r
    LEFT JOIN renamed n ON n.country_from = r.country AND n.province_from IS NOT DISTINCT FROM r.province
    LEFT JOIN postal p ON p.country = r.country AND p.code = regexp_extract(r.province, ', ([A-Za-z.]+)$', 1)
)

SELECT
    lower(country || '|' || coalesce(province, '') || '|' || coalesce(county, '')) AS place_key,
    country,
    province,
    county,
    report_date,
    -- Month first; two-digit years before four-digit ones, or '3/22/20' would be the year 20.
    timezone('UTC', try_strptime(last_update, ['%Y-%m-%dT%H:%M:%S', '%Y-%m-%d %H:%M:%S', '%m/%d/%y %H:%M', '%m/%d/%Y %H:%M'])) AS last_update,
    TRY_CAST(latitude AS DOUBLE) AS latitude,
    TRY_CAST(longitude AS DOUBLE) AS longitude,
    -- A cast alone would round '1.5' to 2: only whole numbers are counts.
    CASE WHEN regexp_full_match(confirmed, '-?[0-9]+(\.0*)?') THEN TRY_CAST(split_part(confirmed, '.', 1) AS BIGINT) END AS confirmed,
    CASE WHEN regexp_full_match(deaths, '-?[0-9]+(\.0*)?') THEN TRY_CAST(split_part(deaths, '.', 1) AS BIGINT) END AS deaths,
    CASE WHEN regexp_full_match(recovered, '-?[0-9]+(\.0*)?') THEN TRY_CAST(split_part(recovered, '.', 1) AS BIGINT) END AS recovered,
    CASE WHEN regexp_full_match(active, '-?[0-9]+(\.0*)?') THEN TRY_CAST(split_part(active, '.', 1) AS BIGINT) END AS active,
    _source_uri,
    _source_row
FROM placed
