-- The median follower count by the year in which users joined, 2015 to 2020, and their age group.
WITH grouped AS (
  SELECT ind, CAST(extract(year FROM date_joined) AS INT) AS post_year,
    CASE
      WHEN age BETWEEN 18 AND 24 THEN '18-24'
      WHEN age BETWEEN 25 AND 35 THEN '25-35'
      WHEN age BETWEEN 36 AND 50 THEN '36-50'
      WHEN age > 50 THEN '50+'
    END AS age_group
  FROM ${user_id}_user_table
)
SELECT grouped.age_group, grouped.post_year, median(CAST(pin.follower_count AS DOUBLE)) AS median_follower_count
FROM ${user_id}_pin_table AS pin
JOIN grouped ON grouped.ind = pin.ind
WHERE grouped.post_year BETWEEN 2015 AND 2020 AND grouped.age_group IS NOT NULL
GROUP BY grouped.age_group, grouped.post_year
ORDER BY grouped.age_group, grouped.post_year
