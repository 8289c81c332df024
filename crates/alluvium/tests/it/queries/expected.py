"""The answers to the example's queries, computed from the source database by hand: dictionaries, loops and `statistics`.

Argument: the SQLite file. Prints one JSON object: the query's name to its rows, each a list of values.
"""

import json
import sqlite3
import statistics
import sys
from collections import Counter, defaultdict

database = sqlite3.connect(sys.argv[1])
database.row_factory = sqlite3.Row
pins = {row["index"]: row for row in database.execute("SELECT * FROM pinterest_data")}
places = {row["ind"]: row for row in database.execute("SELECT * FROM geolocation_data")}
users = {row["ind"]: row for row in database.execute("SELECT * FROM user_data")}


def followers(pin):
    text = pin["follower_count"]
    if text == "User Info Error":
        return None
    factor = {"k": 1_000, "M": 1_000_000}.get(text[-1], 1)
    return int(text.rstrip("kM")) * factor


def age_group(user):
    for low, high, name in [(18, 24, "18-24"), (25, 35, "25-35"), (36, 50, "36-50"), (51, 999, "50+")]:
        if low <= user["age"] <= high:
            return name


def year(text):
    return int(text[:4])


def most_popular(group_of):
    counts = defaultdict(Counter)
    for ind, pin in pins.items():
        counts[group_of(ind)][pin["category"]] += 1
    answer = []
    for group in sorted(counts):
        category, count = min(counts[group].items(), key=lambda entry: (-entry[1], entry[0]))
        answer.append([group, category, count])
    return answer


def medians(group_of):
    groups = defaultdict(list)
    for ind, pin in pins.items():
        if followers(pin) is not None:
            groups[group_of(ind)].append(followers(pin))
    return [[*group, float(statistics.median(groups[group]))] for group in sorted(groups)]


most_followed = {}
for ind, pin in pins.items():
    if pin["poster_name"] == "User Info Error":
        continue
    country, count, name = places[ind]["country"], followers(pin), pin["poster_name"]
    # More followers first, then the name by its code points, as UTF-8 sorts.
    rank = (-(count if count is not None else -1), name.encode())
    if country not in most_followed or rank < most_followed[country][0]:
        most_followed[country] = (rank, [country, name, count])
by_country = [most_followed[country][1] for country in sorted(most_followed, key=str.encode)]
joined = Counter(year(user["date_joined"]) for user in users.values())

print(
    json.dumps(
        {
            "popular-category-by-country": sorted(
                most_popular(lambda ind: places[ind]["country"]), key=lambda row: row[0].encode()
            ),
            "popular-category-by-year": [
                row
                for row in most_popular(lambda ind: year(places[ind]["timestamp"]))
                if 2018 <= row[0] <= 2022
            ],
            "most-followed-by-country": by_country,
            "most-followed-country": [
                min(([row[0], row[2]] for row in by_country), key=lambda row: (-row[1], row[0].encode()))
            ],
            "popular-category-by-age-group": most_popular(lambda ind: age_group(users[ind])),
            "median-followers-by-age-group": medians(lambda ind: (age_group(users[ind]),)),
            "users-joined-by-year": [[key, joined[key]] for key in sorted(joined) if 2015 <= key <= 2020],
            "median-followers-by-joining-year": medians(lambda ind: (year(users[ind]["date_joined"]),)),
            "median-followers-by-joining-year-and-age-group": medians(
                lambda ind: (age_group(users[ind]), year(users[ind]["date_joined"]))
            ),
        }
    )
)
