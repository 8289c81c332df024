"""Reads Delta tables with DuckDB and with delta-rs's Python package; prints what each counts, as one JSON object.

Arguments: paths of tables. DuckDB's delta extension is loaded from the PyPI package duckdb-ext-delta, offline.
"""

import json
import sys
import sysconfig
from pathlib import Path

import duckdb
from deltalake import DeltaTable


def load_delta(connection):
    """Loads the extension file that the package duckdb-ext-delta puts beside the other packages."""
    packages = Path(sysconfig.get_paths()["purelib"])
    extension = next(packages.glob("duckdb_ext/extensions/v*/*/delta.duckdb_extension"))
    connection.load_extension(str(extension))


def main():
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    load_delta(connection)
    seen = {}
    for path in sys.argv[1:]:
        table = DeltaTable(path)
        arrow = table.to_pyarrow_table()
        rows = connection.execute("SELECT count(*) FROM delta_scan(?)", [path]).fetchone()[0]
        columns = connection.execute("SELECT * FROM delta_scan(?) LIMIT 0", [path]).description
        protocol = table.protocol()
        seen[path] = {
            "duckdb_rows": rows,
            "deltalake_rows": arrow.num_rows,
            "duckdb_columns": [column[0] for column in columns],
            "deltalake_columns": arrow.column_names,
            "reader": protocol.min_reader_version,
            "writer": protocol.min_writer_version,
        }
    print(json.dumps(seen))


main()
