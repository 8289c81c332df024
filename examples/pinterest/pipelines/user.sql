-- Users, cleaned: one name of two, the day they joined as a timestamp.
SELECT
  ind,
  concat(first_name, ' ', last_name) AS user_name,
  age,
  to_timestamp(date_joined) AS date_joined
FROM stream
