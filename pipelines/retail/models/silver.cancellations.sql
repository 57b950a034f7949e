-- One row per cancelled line, with the order line that it most likely cancels: the last one before it, within 30 days, in which the same
-- customer bought at least as many of the same product at the same price. Cancellations of guests name nobody, so none is found.
-- The customer's number is read from bronze for the comparison only, and does not come out.
WITH
lines AS (
    SELECT
        o.line_key,
        o.order_date,
        o.invoice_no,
        o.kind,
        o.stock_code,
        o.units,
        o.ordered_at,
        o.unit_price,
        o.amount,
        o.is_guest,
        o.country,
        nullif(trim(b.customer_id), '') AS customer,
        o._source_uri,
        o._source_row
    FROM silver.orders o
    JOIN bronze_restricted.order_lines b
        ON b.order_date = o.order_date AND b._source_uri = o._source_uri AND b._source_row = o._source_row
    WHERE o.order_date >= CAST(timezone('Europe/London', $partition_start) AS DATE) - 30 AND o.order_date < CAST(timezone('Europe/London', $partition_end) AS DATE)
),

cancelled AS (
    SELECT * FROM lines WHERE kind = 'cancellation' AND order_date >= CAST(timezone('Europe/London', $partition_start) AS DATE)
),

origins AS (
    SELECT
        c.line_key,
        c.order_date,
        arg_max(s.invoice_no, (s.ordered_at, s._source_uri, s._source_row)) AS order_invoice_no,
        arg_max(s.line_key, (s.ordered_at, s._source_uri, s._source_row)) AS order_line_key,
        arg_max(s.order_date, (s.ordered_at, s._source_uri, s._source_row)) AS ordered_on
    FROM cancelled c
    JOIN lines s
        ON s.kind = 'sale' AND s.customer = c.customer AND s.stock_code = c.stock_code AND s.unit_price = c.unit_price
        AND s.units >= -c.units AND s.ordered_at <= c.ordered_at AND s.order_date >= c.order_date - 30
    GROUP BY c.line_key, c.order_date
)

SELECT
    c.line_key,
    c.invoice_no,
    c.ordered_at AS cancelled_at,
    c.stock_code,
    -c.units AS units,
    c.unit_price,
    -c.amount AS amount,
    c.country,
    c.is_guest,
    o.order_invoice_no,
    o.order_line_key,
    o.ordered_on,
    c.order_date - o.ordered_on AS days_after,
    c.order_date,
    c._source_uri,
    c._source_row
FROM cancelled c
LEFT JOIN origins o ON o.line_key = c.line_key AND o.order_date = c.order_date
