-- The most popular category of each age group. Of equal ones the first by name.
WITH grouped AS (
  SELECT ind,
    CASE
      WHEN age BETWEEN 18 AND 24 THEN '18-24'
      WHEN age BETWEEN 25 AND 35 THEN '25-35'
      WHEN age BETWEEN 36 AND 50 THEN '36-50'
      WHEN age > 50 THEN '50+'
    END AS age_group
  FROM ${user_id}_user_table
),
counted AS (
  SELECT grouped.age_group, pin.category, count(*) AS category_count
  FROM ${user_id}_pin_table AS pin
  JOIN grouped ON grouped.ind = pin.ind
  WHERE grouped.age_group IS NOT NULL
  GROUP BY grouped.age_group, pin.category
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY age_group ORDER BY category_count DESC, category) AS place
  FROM counted
)
SELECT age_group, category, category_count
FROM ranked
WHERE place = 1
ORDER BY age_group
