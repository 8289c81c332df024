-- The user with the most followers in each country. Of equal ones the first by name.
WITH ranked AS (
  SELECT
    geo.country,
    pin.poster_name,
    pin.follower_count,
    row_number() OVER (PARTITION BY geo.country ORDER BY pin.follower_count DESC NULLS LAST, pin.poster_name) AS place
  FROM ${user_id}_pin_table AS pin
  JOIN ${user_id}_geo_table AS geo ON geo.ind = pin.ind
  WHERE pin.poster_name IS NOT NULL
)
SELECT country, poster_name, follower_count
FROM ranked
WHERE place = 1
ORDER BY country
