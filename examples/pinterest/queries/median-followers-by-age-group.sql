-- The median follower count of the users of each age group.
WITH grouped AS (
  SELECT ind,
    CASE
      WHEN age BETWEEN 18 AND 24 THEN '18-24'
      WHEN age BETWEEN 25 AND 35 THEN '25-35'
      WHEN age BETWEEN 36 AND 50 THEN '36-50'
      WHEN age > 50 THEN '50+'
    END AS age_group
  FROM ${user_id}_user_table
)
SELECT grouped.age_group, median(CAST(pin.follower_count AS DOUBLE)) AS median_follower_count
FROM ${user_id}_pin_table AS pin
JOIN grouped ON grouped.ind = pin.ind
WHERE grouped.age_group IS NOT NULL
GROUP BY grouped.age_group
ORDER BY grouped.age_group
