"""Containers: captures and sheets are opened in a process of its own, with limits of memory and time, as nobody trusts
them: a few bytes may unpack to anything, and a parser may be led to its limits by one line.

What a zip says of itself is compared before anything of it is unpacked: how many entries, how large, how much larger
than what is stored, and whether entries share their bytes. A container that honest programs write passes all of it.
"""

from __future__ import annotations

import importlib
import os
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from takingstock.evidence.workers import Failure, Pool
from takingstock.records import BadFileError

MEMORY: Final = 2 * 1024**3
"""Bytes of address space of the process that opens containers; a sheet of 50 000 rows takes a fifth of it."""

SECONDS: Final = 60.0
"""For one container, and as much more as reading it takes at RATE."""

RATE: Final = 2 * 1024**2
"""Bytes a second at which a container is read on a slow machine."""

ENTRIES: Final = 100_000
RATIO: Final = 200
"""How many times its stored size an entry over SMALL may have. Deflate makes at most 1032 of it, of blanks."""

SMALL: Final = 16 * 1024**2

JOBS: Final = {
    "unpack": "takingstock.evidence.captures:unpack",
    "rows": "takingstock.evidence.archiver:read_rows",
}


def work(job: str, arguments: tuple[Any, ...]) -> Any:
    """What the process does: one of JOBS. A BadFileError is its words, without the name of a class before them."""
    _silence()
    module, _, name = JOBS[job].partition(":")
    try:
        return getattr(importlib.import_module(module), name)(*arguments)
    except BadFileError as error:
        return Failure(str(error))


def _silence() -> None:
    """Native readers write to standard error as they end, in words of the file: that must not reach a terminal."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)


class Apart:
    """The process, started when it is needed first. ``faults`` are containers that could not be opened, with words."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self.faults: dict[Path, str] = {}
        self._seconds = seconds
        self._pool = Pool(f"{__name__}:work", cores=1, seconds=seconds, memory=memory)

    def __enter__(self) -> Apart:
        return self

    def __exit__(self, *why: object) -> None:
        self._pool.__exit__(*why)

    def do(self, job: str, path: Path, *arguments: Any) -> Any:
        """The result of a job on a container, or a Failure. Never raises for what is in it."""
        try:
            size = path.stat().st_size
        except OSError as error:
            return Failure(f"cannot be read: {error.strerror}")
        self._pool.seconds = self._seconds + size / RATE
        ((_, result),) = self._pool.run([(0, (job, (str(path), *arguments)))])
        return result


def check_zip(
    package: zipfile.ZipFile, size: int, *, entries: int = ENTRIES, total: int | None = None, fits: Iterable[str] = ()
) -> None:
    """Raises BadFileError for a zip that no honest program writes: more than ``entries`` entries, entries that share
    their bytes, more than ``total`` bytes unpacked. ``size`` is the file's. ``fits``: entries whose own size must fit
    too (see :func:`swollen`)."""
    infos = package.infolist()
    if len(infos) > entries:
        raise BadFileError(f"it holds {len(infos)} entries, more than {entries} are not opened")
    if sum(info.compress_size for info in infos) > size:
        raise BadFileError("its entries share their bytes, as in a bomb: not opened")
    whole = sum(info.file_size for info in infos)
    if total is not None and whole > total:
        raise BadFileError(f"it unpacks to {whole // 1024**2} MB, more than {total // 1024**2} MB: not opened")
    wanted = set(fits)
    for info in infos:
        if info.filename in wanted and swollen(info):
            raise BadFileError(f"{info.filename}: {swollen(info)}")


def swollen(info: zipfile.ZipInfo) -> str:
    """Words if an entry says that it unpacks to far more than it is; empty if not."""
    if info.file_size > SMALL and info.file_size > RATIO * max(1, info.compress_size):
        return f"unpacks to {info.file_size // max(1, info.compress_size)} times its size, as in a bomb: not opened"
    return ""


def bounded(readline: Callable[[int], Any], longest: int) -> Any:
    """One line, or nothing at the end. Raises BadFileError for one over ``longest`` bytes or characters."""
    line = readline(longest + 1)
    if len(line) > longest:
        raise BadFileError(f"a line has more than {longest} characters: not read further")
    return line
