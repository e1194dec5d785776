"""Benchmark: a CSV file of a million rows through a mapping, against a bare ``executemany`` of the same rows.

The yardstick gets the rows ready: tuples in memory, in the order of their ids (the order that costs an engine least),
with the record's text and its digest, into the same table with the same indexes, in one transaction. It reads no file,
looks nothing up, hashes nothing, seals nothing. The import does all of that, in bounded memory: each import runs in a
process of its own, whose peak of resident memory is measured at two sizes.

    python benchmarks/import_rows.py [rows] [repetitions]
"""

from __future__ import annotations

import csv
import json
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from trace_common import SEED, publish

from takingstock.case import create, open_case
from takingstock.exchange import load

ROWS = 1_000_000
REPETITIONS = 3
SMALLER = 5
REGISTER = 25_000
WANTED = 2.0
GROWTH = 1.5

ITEMS = ("AK-47", "M16A2", "PKM", "RPG-7", "T-72M1", "FN FAL", "G3", "Dragunov SVD", "DShK", "M1A1 Abrams")
GIVERS = ("Germany", "France", "United States", "Russia", "China", "Brazil", "Italy", "Serbia", "Bulgaria", "Belgium")
TAKERS = ("Iraq", "Saudi Arabia", "Egypt", "Jordan", "Kuwait", "Syria", "Lebanon", "Yemen", "Libya", "Chad")
HEADER = ("Licence", "Line", "Exporter", "Importer", "Goods", "Number", "Shipped", "Value", "Remark")
MAPPING = """\
register:
  source: {id: register, title: A register, kind: official, reliability: B, coverage: {period: 1995..2019}}
  queries:
    - entities:
        shipment:
          schema: Statement
          keys: [Licence, Line]
          properties:
            item: {column: Goods}
            from: {column: Exporter}
            to: {column: Importer}
            quantity: {column: Number}
            when: {column: Shipped, format: "%d.%m.%Y"}
            mode: {literal: export}
            value: {column: Value}
            currency: {literal: EUR}
            remark: {column: Remark}
            grade: {literal: B2}
"""


def write_csv(path: Path, rows: int) -> None:
    """A table of exports in no order: 9,000 days, figures that hardly repeat."""
    draw = random.Random(SEED)
    numbers = list(range(rows))
    draw.shuffle(numbers)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for number in numbers:
            day = date(1995, 1, 1) + timedelta(days=draw.randrange(9_000))
            names = (draw.choice(GIVERS), draw.choice(TAKERS), draw.choice(ITEMS))
            figures = (draw.randint(1, 5_000), f"{day:%d.%m.%Y}", draw.randint(1_000, 10**7))
            out.writerow((f"L-{number // 3:07}", number % 3 + 1, *names, *figures, f"delivery note {number}"))


def imported(folder: Path, file: Path, rows: int) -> dict[str, float]:
    """Import into a fresh case, after a small one that loads libraries and tables; called in a process of its own."""
    with create(folder / "warm", "Warm") as case:
        load(case, folder / "warm.csv", mapping=folder / "mapping.yaml")
    with create(folder / "case", "Benchmark") as case:
        start = time.perf_counter()
        report = load(case, file, mapping=folder / "mapping.yaml")
        case.close()
        took = time.perf_counter() - start
        assert (report.ledger, report.rejected, report.review) == (rows, 0, 0)
    return {"seconds": took, "megabytes": peak()}


def peak() -> float:
    """Peak of resident memory of this process in MB. Not ``ru_maxrss``: a new process inherits that from the one that
    started it, which here holds all rows."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def apart(file: Path, rows: int, verify: bool = False) -> tuple[dict[str, float], list[tuple[object, ...]]]:
    """The import in a process of its own; and the rows that it stored, ready for the yardstick."""
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top)
        (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
        write_csv(folder / "warm.csv", 2_000)
        command = [sys.executable, __file__, "--one", str(folder), str(file), str(rows)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        if verify:
            with open_case(folder / "case") as case:
                assert case.verify() == ()
        with sqlite3.connect(folder / "case" / "case.db") as database:
            stored = database.execute("SELECT * FROM statements ORDER BY id").fetchall()
    return json.loads(told), stored


def bare(rows: list[tuple[object, ...]]) -> float:
    """``executemany`` into the same tables; closing the file is part of it, as it is of the import."""
    with tempfile.TemporaryDirectory() as top:
        create(Path(top) / "case", "Bare").close()
        database = sqlite3.connect(Path(top) / "case" / "case.db", isolation_level=None)
        marks = ",".join("?" * len(rows[0]))
        start = time.perf_counter()
        database.execute("BEGIN IMMEDIATE")
        database.executemany(f"INSERT INTO statements VALUES ({marks})", rows)
        database.execute("COMMIT")
        database.close()
        return time.perf_counter() - start


def main(rows: int = ROWS, repetitions: int = REPETITIONS) -> None:
    sizes = {rows // SMALLER: [], rows: []}  # type: dict[int, list[tuple[float, float, float]]]
    with tempfile.TemporaryDirectory() as top:
        for size, runs in sizes.items():
            file = Path(top) / f"{size}.csv"
            write_csv(file, size)
            for number in range(repetitions):
                told, stored = apart(file, size, verify=number == 0)
                runs.append((bare(stored), told["seconds"], told["megabytes"]))
                del stored
        write_csv(file := Path(top) / "register.csv", REGISTER)
        register = statistics.median(apart(file, REGISTER)[0]["seconds"] for _ in range(repetitions))
    lines = [
        f"A CSV file in no order, nine columns, through a mapping into SQLite; medians of {repetitions} repetitions, "
        "the two in turn. The first import of each size was verified afterwards.",
        "",
        "| rows | executemany in order of id, s | import, s | ratio | range | limit | peak memory, MB |",
        "|--:|--:|--:|--:|---|---|--:|",
    ]
    for size, runs in sizes.items():
        ratios = sorted(took / plain for plain, took, _ in runs)
        ratio = statistics.median(ratios)
        plain, took, peak = (statistics.median(run[k] for run in runs) for k in range(3))
        limit = "" if size != rows else f"{WANTED:g}: {'met' if ratio <= WANTED else '**missed**'}"
        spread = f"{ratios[0]:.2f}–{ratios[-1]:.2f}"
        lines.append(f"| {size:,} | {plain:.1f} | {took:.1f} | {ratio:.2f} | {spread} | {limit} | {peak:.0f} |")
    small, large = (statistics.median(run[2] for run in runs) for runs in sizes.values())
    growth = large / small
    lines += [
        "",
        f"Peak memory from {rows // SMALLER:,} to {rows:,} rows: times {growth:.2f} (limit {GROWTH:g}: "
        f"{'met' if growth <= GROWTH else '**missed**'}). A register of {REGISTER:,} rows: {register:.1f} s.",
    ]
    publish("import_rows", lines, (rows, repetitions) == (ROWS, REPETITIONS))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(imported(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))))
    else:
        main(*map(int, sys.argv[1:]))
