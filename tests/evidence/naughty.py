"""Functions that a worker calls in the tests: quick, slow, greedy, crashing."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path
from typing import Any

from takingstock.records import Examination


def examine(path: str, evidence_id: str, working: str, trust: str | None, name: str = "") -> Examination:
    """A look that costs nothing."""
    del path, working, trust, name
    return Examination(id=evidence_id, tool="test")


def behave(how: str, number: int) -> Any:
    if how == "hang":
        time.sleep(60)
    if how == "crash":
        ctypes.string_at(0)
    if how == "exit":
        os._exit(3)
    if how == "greedy":
        return len(bytearray(64 * 1024**3))
    if how == "raise":
        raise ValueError("a file to be ashamed of")
    return number * 2


def examine_or_not(path: str, evidence_id: str, working: str, trust: str | None, name: str = "") -> Examination:
    """Crashes, hangs or asks for too much where the file says so."""
    how = Path(path).read_bytes()[:20].decode(errors="ignore").strip()
    behave(how, 0)
    return examine(path, evidence_id, working, trust, name)


def threads() -> str:
    return os.environ["OPENBLAS_NUM_THREADS"]
