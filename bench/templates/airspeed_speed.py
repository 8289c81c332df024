"""How long airspeed takes for the templates in the directory that is the first argument: prints nanoseconds of one rendering,
warm, the best of several rounds, with the stubs that crates/vtl/examples/render_speed.rs has."""

import pathlib
import sys
import time

import airspeed

ROUNDS = 20
RENDERINGS_PER_ROUND = 500
RECORDS = [{"data": "x" * 96, "partition-key": str(number)} for number in range(10)]
DATA = "x" * 128


class Input:
    """$input, with its answers at hand."""

    def params(self, name):
        return "streaming-0a1b2c3d4e5f-pin"

    def json(self, path):
        return DATA

    def path(self, path):
        return RECORDS if path == "$.records" else "7528"


class Util:
    """$util, whose encoding is the text itself."""

    def base64Encode(self, text):
        return text


for name in ["put_record", "put_records"]:
    template = airspeed.Template((pathlib.Path(sys.argv[1]) / f"{name}.vtl").read_text())
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter_ns()
        for _ in range(RENDERINGS_PER_ROUND):
            text = template.merge({"input": Input(), "util": Util()})
        best = min(best, (time.perf_counter_ns() - start) / RENDERINGS_PER_ROUND)
    print(f"{name} {best:.0f} {len(text)}")
