-- The median follower count of the users who joined in each year from 2015 to 2020.
SELECT
  CAST(extract(year FROM users.date_joined) AS INT) AS post_year,
  median(CAST(pin.follower_count AS DOUBLE)) AS median_follower_count
FROM ${user_id}_pin_table AS pin
JOIN ${user_id}_user_table AS users ON users.ind = pin.ind
WHERE extract(year FROM users.date_joined) BETWEEN 2015 AND 2020
GROUP BY 1
ORDER BY 1
