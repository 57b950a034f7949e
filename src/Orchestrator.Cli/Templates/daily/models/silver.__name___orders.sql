-- What a value cannot become turns NULL here and is kept aside by the contract's rules.
SELECT
    nullif(trim(order_id), '') AS order_id,
    order_date,
    nullif(trim(product), '') AS product,
    TRY_CAST(quantity AS INTEGER) AS quantity,
    TRY_CAST(unit_price AS DECIMAL(12, 2)) AS unit_price,
    _source_uri,
    _source_row
FROM bronze.__name___orders
WHERE order_date >= CAST($partition_start AS DATE) AND order_date < CAST($partition_end AS DATE)
