"""Benchmark: taking photographs in, against a plain loop on the same files.

The loop is one process: SHA-256, then Pillow and imagehash (phash of 256 bits). Ours does that and more: it copies
the file into the vault and syncs it, reads EXIF, XMP and credentials, makes a preview, hashes the parts and the mirror
image, writes a row, a collection record and an examination with one event each into a real case. On all cores, and
with the start of the worker processes in every repetition. Modules come compiled, as they do in an installation.

    python benchmarks/ingest.py [repetitions] [share of the files]

The files are photographs of ../shared/data/images, each saved again at several qualities so that there are enough;
the large ones are the same photographs enlarged to the size that cameras make, since there are no others at hand.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import sys
import tempfile
import time
from multiprocessing import forkserver
from pathlib import Path

import imagehash
from PIL import Image
from trace_common import publish

from takingstock.verbs import init, verify
from takingstock.verbs.evidence import add

IMAGES = Path(__file__).resolve().parents[2] / "shared" / "data" / "images" / "images"
REPETITIONS = 5
WANTED = 1.6
# Name, number, longest side in pixels (None: as they are).
SETS = (
    ("photographs of about 1000 pixels", 600, None),
    ("the same, more of them", 2_000, None),
    ("the same, enlarged to 4000 pixels", 120, 4_000),
)


def photographs(folder: Path, files: int, side: int | None = None) -> list[Path]:
    """So many different JPEG files, of the sizes that the photographs have, or enlarged."""
    originals = sorted(path for path in IMAGES.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png"})
    made = []
    for number in range(files):
        source = originals[number % len(originals)]
        path = folder / f"{number:05}.jpg"
        with Image.open(source) as image:
            whole = image.convert("RGB")
        if side is not None:
            scale = side / max(whole.size)
            size = (round(whole.width * scale), round(whole.height * scale))
            whole = whole.resize(size, Image.Resampling.BICUBIC)
        whole.save(path, quality=95 - number // len(originals))
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
    # The process that workers are copies of outlives a run: each repetition starts it anew.
    forkserver._forkserver._stop()  # type: ignore[attr-defined]
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


def measured(files: list[Path], folder: Path, repetitions: int, top: Path) -> list[tuple[float, ...]]:
    """Seconds of the loop, of ours, of plain hashing, of verify; and how much others used the machine."""
    runs = []
    for number in range(repetitions):
        with tempfile.TemporaryDirectory(dir=top) as work:
            loop = plain(files)
            took, case = ours(folder, Path(work))
            hashed = hashing(case)
            start = time.perf_counter()
            assert verify(case).sound
            runs.append((loop, took, hashed, time.perf_counter() - start, os.getloadavg()[0]))
            print(f"{number}: loop {loop:.2f} s, ours {took:.2f} s, {loop / took:.2f}x; load {runs[-1][4]:.1f}")
    return runs


def compiled(top: Path) -> None:
    """Where the environment forbids to keep compiled modules, every process would compile all anew."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(top / "compiled")
    sys.dont_write_bytecode = False


def main(repetitions: int = REPETITIONS, share: float = 1.0) -> None:
    if not IMAGES.is_dir():
        print("no photographs: ../shared/data/images is not here")
        return
    lines = [
        f"Medians of {repetitions} repetitions, the two in turn in one run; `verify` in times of plain hashing.",
        "",
        "| | files | MB | loop, ms a file | evidence add, ms a file | times as fast | range | wanted | verify |",
        "|---|--:|--:|--:|--:|--:|---|---|--:|",
    ]
    loads = []
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        compiled(top)
        (top / "first").mkdir()
        ours_first = photographs(top / "first", 8)
        plain(ours_first)
        ours(top / "first", top)
        for words, number, side in SETS:
            folder = top / words
            folder.mkdir()
            files = photographs(folder, max(4, round(number * share)), side)
            size = sum(path.stat().st_size for path in files) / 1e6
            runs = measured(files, folder, repetitions, top)
            loop, took, _, _, _ = (1e3 * statistics.median(run[k] for run in runs) / len(files) for k in range(5))
            ratios = sorted(run[0] / run[1] for run in runs)
            ratio = statistics.median(ratios)
            checked = statistics.median(run[3] / run[2] for run in runs)
            loads += [run[4] for run in runs]
            met = f"{WANTED}: {'met' if ratio >= WANTED else '**missed**'}"
            figures = f"{len(files):,} | {size:.0f} | {loop:.1f} | {took:.1f} | {ratio:.2f}"
            lines.append(f"| {words} | {figures} | {ratios[0]:.2f}–{ratios[-1]:.2f} | {met} | {checked:.2f} |")
    lines += ["", f"Load of the machine while it ran, ours included: {min(loads):.1f} to {max(loads):.1f}."]
    publish("ingest", lines, share == 1.0)


if __name__ == "__main__":
    main(*(kind(value) for kind, value in zip((int, float), sys.argv[1:], strict=False)))
