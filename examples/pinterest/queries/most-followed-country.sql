-- The country of the user with the most followers. Of equal ones the first by name.
SELECT geo.country, max(pin.follower_count) AS follower_count
FROM ${user_id}_pin_table AS pin
JOIN ${user_id}_geo_table AS geo ON geo.ind = pin.ind
GROUP BY geo.country
ORDER BY follower_count DESC NULLS LAST, country
LIMIT 1
