-- How many users joined in each year from 2015 to 2020.
SELECT CAST(extract(year FROM date_joined) AS INT) AS post_year, count(*) AS number_users_joined
FROM ${user_id}_user_table
WHERE extract(year FROM date_joined) BETWEEN 2015 AND 2020
GROUP BY 1
ORDER BY 1
