-- The most popular category in each country. Of equal ones the first by name.
WITH counted AS (
  SELECT geo.country, pin.category, count(*) AS category_count
  FROM ${user_id}_pin_table AS pin
  JOIN ${user_id}_geo_table AS geo ON geo.ind = pin.ind
  GROUP BY geo.country, pin.category
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY country ORDER BY category_count DESC, category) AS place
  FROM counted
)
SELECT country, category, category_count
FROM ranked
WHERE place = 1
ORDER BY country
