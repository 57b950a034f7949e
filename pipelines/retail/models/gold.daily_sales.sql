-- Sales and cancellations per country and day. A cancellation counts on the day on which it is made, whatever day it refers to: a day that
-- is closed does not change any more.
WITH
orders AS (
    SELECT
        country,
        order_date,
        count(DISTINCT invoice_no) FILTER (WHERE kind = 'sale') AS invoices,
        count(*) FILTER (WHERE kind = 'sale') AS lines_sold,
        count(*) FILTER (WHERE kind = 'sale' AND is_guest) AS guest_lines,
        coalesce(sum(units) FILTER (WHERE kind = 'sale' AND is_goods), 0) AS units_sold,
        coalesce(sum(amount) FILTER (WHERE kind = 'sale'), 0) AS sales,
        coalesce(sum(amount) FILTER (WHERE kind = 'sale' AND is_goods), 0) AS goods_sales,
        count(*) FILTER (WHERE kind = 'adjustment') AS adjustments
    FROM silver.orders
    WHERE order_date >= CAST(timezone('Europe/London', $partition_start) AS DATE) AND order_date < CAST(timezone('Europe/London', $partition_end) AS DATE)
    GROUP BY country, order_date
),

cancellations AS (
    SELECT
        country,
        order_date,
        count(*) AS lines_cancelled,
        count(ordered_on) AS cancelled_with_order,
        sum(amount) AS cancelled,
        coalesce(sum(amount) FILTER (WHERE ordered_on IS NOT NULL), 0) AS cancelled_with_order_amount
    FROM silver.cancellations
    WHERE order_date >= CAST(timezone('Europe/London', $partition_start) AS DATE) AND order_date < CAST(timezone('Europe/London', $partition_end) AS DATE)
    GROUP BY country, order_date
)

SELECT
    o.country,
    o.order_date,
    o.invoices,
    o.lines_sold,
    o.guest_lines,
    CAST(o.units_sold AS BIGINT) AS units_sold,
    CAST(o.sales AS DECIMAL(18, 3)) AS sales,
    CAST(o.goods_sales AS DECIMAL(18, 3)) AS goods_sales,
    coalesce(c.lines_cancelled, 0) AS lines_cancelled,
    coalesce(c.cancelled_with_order, 0) AS cancelled_with_order,
    CAST(coalesce(c.cancelled, 0) AS DECIMAL(18, 3)) AS cancelled,
    CAST(coalesce(c.cancelled_with_order_amount, 0) AS DECIMAL(18, 3)) AS cancelled_with_order_amount,
    CAST(o.sales - coalesce(c.cancelled, 0) AS DECIMAL(18, 3)) AS net_sales,
    o.adjustments
FROM orders o
LEFT JOIN cancellations c ON c.country = o.country AND c.order_date = o.order_date
