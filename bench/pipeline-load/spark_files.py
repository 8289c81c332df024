"""The pin cleaning by Spark Structured Streaming, local[2], from files of records to its Parquet sink.

    python spark_files.py INPUT OUTPUT SQL_FILE SCHEMA PASSES

All files that are there make one micro-batch, which is what Spark does fastest. Each pass writes to a new folder and prints a
line of JSON as alluvium-pipeline-load does: rows, seconds, processor time (of this process and of the JVM), peak memory.
"""

import json
import os
import shutil
import sys
import time

from pyspark.sql import SparkSession
from pyspark.sql.functions import from_json

TICKS_PER_SEC = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process):
    with open(f"/proc/{process}/stat", encoding="utf-8") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SEC


def peak_mib(process):
    with open(f"/proc/{process}/status", encoding="utf-8") as status:
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def clean(spark, source, output, sql, schema):
    raw = spark.readStream.format("text").load(source)
    record = from_json(raw["value"], schema, {"mode": "PERMISSIVE"}).alias("record")
    raw.select(record).select("record.*").createOrReplaceTempView("stream")
    query = (
        spark.sql(sql)
        .writeStream.format("parquet")
        .option("path", f"{output}/rows")
        .option("checkpointLocation", f"{output}/checkpoint")
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()


def main():
    source, output, sql_file, schema, passes = sys.argv[1:]
    with open(sql_file, encoding="utf-8") as file:
        sql = file.read()
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.ansi.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    processes = [os.getpid(), spark.sparkContext._gateway.proc.pid]
    cpu_before = 0.0
    for number in range(int(passes)):
        folder = f"{output}/spark-{number}"
        began = time.monotonic()
        clean(spark, source, folder, sql, schema)
        seconds = time.monotonic() - began
        cpu = sum(map(cpu_seconds, processes))
        # Counting reads the files' footers alone, and is no part of the pass.
        rows = spark.read.parquet(f"{folder}/rows").count()
        peak = sum(map(peak_mib, processes))
        line = {"rows": rows, "seconds": seconds, "cpu_seconds": cpu - cpu_before, "peak_mib": peak}
        print(json.dumps(line), flush=True)
        cpu_before = sum(map(cpu_seconds, processes))
        shutil.rmtree(folder)
    spark.stop()


main()
