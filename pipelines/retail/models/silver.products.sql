-- One row per product sold on the day, with the name that most of its lines had; of equally frequent names the first in the alphabet.
-- Names of adjustments are remarks ('damaged?', 'found') and say nothing about the product.
WITH named AS (
    SELECT stock_code, is_goods, order_date, description, count(*) AS lines
    FROM silver.orders
    WHERE kind = 'sale' AND description IS NOT NULL
        AND order_date >= CAST(timezone('Europe/London', $partition_start) AS DATE)
        AND order_date < CAST(timezone('Europe/London', $partition_end) AS DATE)
    GROUP BY ALL
)

SELECT
    stock_code,
    is_goods,
    arg_min(description, (-lines, description)) AS description,
    order_date AS sold_on,
    order_date
FROM named
GROUP BY stock_code, is_goods, order_date
