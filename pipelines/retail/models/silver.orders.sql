-- One row per line of an invoice: exactly one per bronze row of the partition. What a value cannot become turns NULL here and is
-- quarantined by the contract's rules; equal lines are told apart from different ones by line_key, and dropped after that.
WITH
typed AS (
    SELECT
        trim(invoice_no) AS invoice_no,
        upper(trim(stock_code)) AS stock_code,
        nullif(trim(description), '') AS description,
        -- A cast would round: what is no whole number of units, or no price in tenths of a penny, is none.
        CASE WHEN regexp_full_match(trim(quantity), '[+-]?[0-9]+([.]0*)?') THEN TRY_CAST(quantity AS BIGINT) END AS units,
        timezone('Europe/London', TRY_STRPTIME(invoice_date, '%Y-%m-%d %H:%M:%S')) AS ordered_at,
        CASE WHEN regexp_full_match(trim(unit_price), '[+-]?[0-9]+([.][0-9]{0,3}0*)?') THEN TRY_CAST(unit_price AS DECIMAL(12, 3)) END AS unit_price,
        -- The files come from a table of numbers: 17850 stands there as 17850.0.
        nullif(regexp_replace(trim(customer_id), '[.]0$', ''), '') AS customer,
        trim(country) AS country,
        -- Equal for lines that are equal to the letter. It holds no customer, whose number could be found by trying all: which of an
        -- invoice's buyers it was says enough (there has only ever been one).
        md5(concat_ws(
            chr(31), coalesce(invoice_no, chr(30)), coalesce(stock_code, chr(30)), coalesce(description, chr(30)),
            coalesce(quantity, chr(30)), coalesce(invoice_date, chr(30)), coalesce(unit_price, chr(30)), coalesce(country, chr(30)),
            CAST(dense_rank() OVER (PARTITION BY order_date, invoice_no ORDER BY customer_id) AS VARCHAR)
        )) AS line_key,
        order_date,
        _source_uri,
        _source_row
    FROM bronze_restricted.order_lines
    WHERE order_date >= CAST(timezone('Europe/London', $partition_start) AS DATE) AND order_date < CAST(timezone('Europe/London', $partition_end) AS DATE)
)

SELECT
    line_key,
    invoice_no,
    CASE
        WHEN starts_with(invoice_no, 'C') THEN 'cancellation'
        WHEN units > 0 AND unit_price > 0 THEN 'sale'
        -- Breakage, stock taking, gifts: no money moves.
        ELSE 'adjustment'
    END AS kind,
    stock_code,
    -- Goods have a number of five digits; POST, DOT, M, BANK CHARGES and the like are services, fees and corrections.
    regexp_full_match(stock_code, '[0-9]{5}[A-Z]*') AS is_goods,
    description,
    units,
    ordered_at,
    unit_price,
    CAST(units * unit_price AS DECIMAL(18, 3)) AS amount,
    customer AS customer_group,
    customer IS NULL AS is_guest,
    country,
    order_date,
    _source_uri,
    _source_row
FROM typed
