"""Benchmark: taking photographs in, against a plain loop on the same files.

The loop is one process: SHA-256, then Pillow and imagehash (phash of 256 bits). Ours does that and more: it copies
the file into the vault and syncs it, reads EXIF, XMP and credentials, makes a preview, hashes the parts and the mirror
image, writes a row, a collection record and an examination with one event each into a real case. On all cores.

    python benchmarks/ingest.py [files] [repetitions]

The files are photographs of ../shared/data/images, each saved again at several qualities so that there are enough.
"""

from __future__ import annotations

import hashlib
import statistics
import sys
import tempfile
import time
from pathlib import Path

import imagehash
from PIL import Image
from trace_common import publish

from takingstock.verbs import init, verify
from takingstock.verbs.evidence import add

IMAGES = Path(__file__).resolve().parents[2] / "shared" / "data" / "images" / "images"
FILES = 600
REPETITIONS = 3
WANTED = 1.6


def photographs(folder: Path, files: int) -> list[Path]:
    """So many different JPEG files, of the sizes that the photographs have."""
    originals = sorted(path for path in IMAGES.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png"})
    made = []
    for number in range(files):
        source = originals[number % len(originals)]
        path = folder / f"{number:05}.jpg"
        with Image.open(source) as image:
            image.convert("RGB").save(path, quality=95 - number // len(originals))
        made.append(path)
    return made


def plain(files: list[Path]) -> float:
    start = time.perf_counter()
    for path in files:
        hashlib.sha256(path.read_bytes()).hexdigest()
        with Image.open(path) as image:
            imagehash.phash(image, hash_size=16)
    return time.perf_counter() - start


def ours(folder: Path, work: Path) -> tuple[float, Path]:
    case = work / "case"
    init(case, title="Benchmark")
    start = time.perf_counter()
    report = add(case, [folder], collector="benchmark")
    took = time.perf_counter() - start
    assert not report.rejects
    return took, case


def hashing(case: Path) -> float:
    start = time.perf_counter()
    for path in (case / "evidence" / "originals").rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                hashlib.file_digest(file, "sha256")
    return time.perf_counter() - start


def main(files: int = FILES, repetitions: int = REPETITIONS) -> None:
    if not IMAGES.is_dir():
        print("no photographs: ../shared/data/images is not here")
        return
    runs = []
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top) / "photographs"
        folder.mkdir()
        made = photographs(folder, files)
        size = sum(path.stat().st_size for path in made) / 1e6
        plain(made[:50])
        for number in range(repetitions):
            work = Path(top) / f"run{number}"
            work.mkdir()
            loop = plain(made)
            took, case = ours(folder, work)
            hashed = hashing(case)
            start = time.perf_counter()
            assert verify(case).sound
            runs.append((loop, took, hashed, time.perf_counter() - start))
    loop, took, hashed, checked = (statistics.median(run[k] for run in runs) for k in range(4))
    ratios = sorted(run[0] / run[1] for run in runs)
    lines = [
        f"{files} photographs, {size:.0f} MB; medians of {repetitions} repetitions, times in one run.",
        "",
        "| | s | |",
        "|---|--:|---|",
        f"| loop: sha256, Pillow, imagehash | {loop:.2f} | {1e3 * loop / files:.1f} ms a file |",
        f"| evidence add | {took:.2f} | **{statistics.median(ratios):.2f}x** ({ratios[0]:.2f} to {ratios[-1]:.2f}), "
        f"wanted {WANTED}x |",
        f"| plain hashing of the vault | {hashed:.2f} | |",
        f"| verify | {checked:.2f} | {checked / hashed:.2f}x of plain hashing; rows and chain included |",
    ]
    publish("ingest", lines, files == FILES)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
