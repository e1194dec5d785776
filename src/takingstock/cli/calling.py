"""Calling: how the program is called from where the user is, so that a command to try next can be copied."""

from __future__ import annotations

import sys
from pathlib import Path


def called() -> str:
    """How to call the program from here: by name where it is on the path, else as it was called."""
    import shutil

    if shutil.which("takingstock"):
        return "takingstock"
    called = Path(sys.argv[0])
    if called.name != "takingstock":
        return f"{Path(sys.executable).name} -m takingstock"
    try:
        return str(called.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(called)
