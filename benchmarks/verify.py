"""Benchmark: verify against plain hashing of the vault.

The yardstick hashes every original, one after another, in one thread, and does nothing else. Verify hashes them all
too, on all cores, and checks the chain of events, every row, the Merkle roots, the checkpoints and their consistency.
Both find the files in the system's cache: that is the harder case for verify, since reading then costs nothing.

    python benchmarks/verify.py [megabytes] [repetitions]
"""

from __future__ import annotations

import hashlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from trace_common import SEED, publish

from takingstock.case import Delta, Rows, create
from takingstock.evidence.vault import Vault
from takingstock.records import Collection, Evidence, EvidenceAdded
from takingstock.verbs import seal, verify

MEGABYTES = 400
REPETITIONS = 7
WANTED = 1.5
SIZES = {"photographs and videos of 2 MB": 2_000_000, "photographs of 400 kB": 400_000}


def body(evidence: str) -> Callable[[Delta], EvidenceAdded]:
    return lambda delta: EvidenceAdded(added=delta.written, added_root=delta.added_root, evidence=evidence)


def vault(top: Path, megabytes: int, size: int) -> Path:
    """A sealed case with so much evidence: random bytes, two rows and one event a file."""
    random = np.random.default_rng(SEED)
    with create(top / "case", "Benchmark") as case:
        vault = Vault(case.folder)
        ids: list[str] = []

        def parts() -> Iterator[tuple[Rows, Callable[[Delta], EvidenceAdded]]]:
            for number in range(megabytes * 1_000_000 // size):
                (top / "file").write_bytes(random.bytes(size))
                staged = vault.stage(top / "file")
                ids.append(staged.sha256)
                row = Evidence(id=staged.sha256, name=f"{number}.jpg", media_type="image/jpeg", size=staged.size)
                collected = Collection(id=f"c-{number}", evidence=staged.sha256, collector="benchmark")
                yield Rows(evidence=(row,), collections=(collected,)), body(staged.sha256)

        case.write_each(parts(), actor="benchmark", reason="benchmark")
        for one in ids:
            vault.place(one)
    seal(top / "case", key=top / "key")
    return top / "case"


def plain(case: Path) -> float:
    start = time.perf_counter()
    for path in (case / "evidence" / "originals").rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                hashlib.file_digest(file, "sha256")
    return time.perf_counter() - start


def checked(case: Path) -> float:
    start = time.perf_counter()
    verdict = verify(case)
    took = time.perf_counter() - start
    assert verdict.sound
    assert verdict.seals == 1
    return took


def main(megabytes: int = MEGABYTES, repetitions: int = REPETITIONS) -> None:
    lines = [
        f"{megabytes} MB of evidence, sealed; medians of {repetitions} repetitions, the two in turn in one run.",
        "",
        "| | files | plain hashing, s | verify, s | ratio | range | limit |",
        "|---|--:|--:|--:|--:|---|---|",
    ]
    for name, size in SIZES.items():
        with tempfile.TemporaryDirectory() as top:
            case = vault(Path(top), megabytes, size)
            plain(case)
            checked(case)
            runs = [(plain(case), checked(case)) for _ in range(repetitions)]
        ratios = sorted(ours / theirs for theirs, ours in runs)
        ratio = statistics.median(ratios)
        hashed, took = (statistics.median(run[k] for run in runs) for k in range(2))
        met = f"{WANTED}: {'met' if ratio <= WANTED else '**missed**'}"
        files = megabytes * 1_000_000 // size
        figures = f"{files:,} | {hashed:.2f} | {took:.2f} | {ratio:.2f} | {ratios[0]:.2f}–{ratios[-1]:.2f}"
        lines.append(f"| {name} | {figures} | {met} |")
    publish("verify", lines, megabytes == MEGABYTES)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
