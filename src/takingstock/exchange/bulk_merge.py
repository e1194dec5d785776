"""Sorting more rows than memory holds: sorted runs on disk, merged by whole columns."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

import polars as pl

CHUNK: Final = 1_000
"""Rows of a run that are read at once."""

GIVEN: Final = 20_000
"""Rows that are given at once, about."""


class Runs:
    """The rows of one table. They are given back sorted by id; rows of one id are never parted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows = 0
        self._runs: list[list[Path]] = []
        self._pool = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def add(self, frame: pl.DataFrame) -> None:
        """One more run, of any order."""
        if not frame.height:
            return
        starts = range(0, frame.height, CHUNK)
        run = [self.folder / f"{len(self._runs):05}-{start:09}.arrow" for start in starts]
        self._runs.append(run)
        self.rows += frame.height
        if self._writing:
            self._writing.result()
        self._writing = self._pool.submit(_write, frame, run)

    def close(self) -> None:
        """Wait for what is being written."""
        self._pool.shutdown(wait=True)

    def merged(self) -> Iterator[pl.DataFrame]:
        """All rows. The files are gone as they are read."""
        if self._writing:
            self._writing.result()
        heads = [_Run(files) for files in self._runs]
        ready: list[pl.DataFrame] = []
        while heads:
            for run in heads:
                run.fill()
            heads = [run for run in heads if run.held.height]
            going_on = [run for run in heads if run.files]
            if going_on:
                slowest = min(going_on, key=lambda run: run.last)
                taken = [run.before(slowest.last) for run in heads]
                if not any(part.height for part in taken):
                    slowest.more()
            else:
                taken = [run.rest() for run in heads]
            ready += [part for part in taken if part.height]
            if sum(part.height for part in ready) >= GIVEN:
                yield pl.concat(ready).sort("id")
                ready = []
        if ready:
            yield pl.concat(ready).sort("id")


def _write(frame: pl.DataFrame, run: list[Path]) -> None:
    ordered = frame.sort("id")
    for number, path in enumerate(run):
        ordered.slice(number * CHUNK, CHUNK).write_ipc(path, compression="lz4")


class _Run:
    """One run as it is read: what is held of it, and the files that follow."""

    def __init__(self, files: list[Path]) -> None:
        self.files = list(files)
        self.held = pl.DataFrame()

    def fill(self) -> None:
        if not self.held.height and self.files:
            self.held = self._read()

    def more(self) -> None:
        """Hold one chunk more."""
        self.held = pl.concat([self.held, self._read()])

    @property
    def last(self) -> str:
        found: str = self.held["id"][-1]
        return found

    def before(self, id: str) -> pl.DataFrame:
        """Take what lies before an id."""
        number = int((self.held["id"] < id).sum())
        taken, self.held = self.held.head(number), self.held.slice(number)
        return taken

    def rest(self) -> pl.DataFrame:
        taken, self.held = self.held, self.held.clear()
        return taken

    def _read(self) -> pl.DataFrame:
        path = self.files.pop(0)
        frame = pl.read_ipc(path.read_bytes())
        path.unlink()
        return frame
