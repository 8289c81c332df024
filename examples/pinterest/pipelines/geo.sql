-- Places of posts, cleaned: the two coordinates in one column, the time as a timestamp.
SELECT
  ind,
  country,
  array(latitude, longitude) AS coordinates,
  to_timestamp(`timestamp`) AS `timestamp`
FROM stream
