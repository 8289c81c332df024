-- Pins, cleaned. What stands for "no data" becomes null, a follower count a number, a save location a plain path.
SELECT
  `index` AS ind,
  nullif(unique_id, '') AS unique_id,
  CASE WHEN title IN ('', 'No Title Data Available') THEN NULL ELSE title END AS title,
  CASE
    WHEN description IN ('', 'Untitled', 'No description available', 'No description available Story format') THEN NULL
    ELSE description
  END AS description,
  -- 12k is 12000 and 3M is 3000000. A fraction is multiplied, 1.2k is 1200, where pasting zeros on would give 1.2000.
  CASE
    WHEN follower_count RLIKE '^[+-]?[0-9]*[.][0-9]+k$'
      THEN CAST(CAST(replace(follower_count, 'k', '') AS DECIMAL(20, 6)) * 1000 AS INT)
    WHEN follower_count RLIKE '^[+-]?[0-9]*[.][0-9]+M$'
      THEN CAST(CAST(replace(follower_count, 'M', '') AS DECIMAL(20, 6)) * 1000000 AS INT)
    ELSE CAST(regexp_replace(regexp_replace(follower_count, 'k', '000'), 'M', '000000') AS INT)
  END AS follower_count,
  CASE WHEN poster_name IN ('', 'User Info Error') THEN NULL ELSE poster_name END AS poster_name,
  CASE WHEN tag_list IN ('', 'N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e') THEN NULL ELSE tag_list END AS tag_list,
  nullif(is_image_or_video, '') AS is_image_or_video,
  CASE WHEN image_src IN ('', 'Image src error.') THEN NULL ELSE image_src END AS image_src,
  regexp_replace(nullif(save_location, ''), 'Local save in ', '') AS save_location,
  nullif(category, '') AS category
FROM stream
