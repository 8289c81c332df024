-- The most popular category of each year from 2018 to 2022. Of equal ones the first by name.
WITH counted AS (
  SELECT CAST(extract(year FROM geo.`timestamp`) AS INT) AS post_year, pin.category, count(*) AS category_count
  FROM ${user_id}_pin_table AS pin
  JOIN ${user_id}_geo_table AS geo ON geo.ind = pin.ind
  GROUP BY 1, 2
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY post_year ORDER BY category_count DESC, category) AS place
  FROM counted
)
SELECT post_year, category, category_count
FROM ranked
WHERE place = 1 AND post_year BETWEEN 2018 AND 2022
ORDER BY post_year
