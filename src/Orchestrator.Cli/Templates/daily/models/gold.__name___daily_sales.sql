-- Reads the two days before the first day that it makes.
WITH daily AS (
    SELECT product, order_date, CAST(sum(quantity) AS BIGINT) AS quantity, CAST(sum(quantity * unit_price) AS DECIMAL(18, 2)) AS revenue
    FROM silver.__name___orders
    WHERE order_date >= CAST($partition_start AS DATE) - 2 AND order_date < CAST($partition_end AS DATE)
    GROUP BY product, order_date
)

SELECT
    d.product,
    d.order_date,
    d.quantity,
    d.revenue,
    CAST(sum(e.revenue) AS DECIMAL(18, 2)) AS revenue_3d
FROM daily d
JOIN daily e ON e.product = d.product AND e.order_date BETWEEN d.order_date - 2 AND d.order_date
WHERE d.order_date >= CAST($partition_start AS DATE)
GROUP BY ALL
