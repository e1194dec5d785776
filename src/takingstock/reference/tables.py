"""The package's own CSV tables: rows as dictionaries, and one digest over their bytes."""

from __future__ import annotations

import csv
import hashlib
from importlib.resources import files
from io import StringIO


def read(name: str) -> list[dict[str, str]]:
    """The rows of ``data/NAME`` in file order; every cell is text without outer blanks."""
    text = (files("takingstock.reference") / "data" / name).read_text(encoding="utf-8")
    return [{column: (cell or "").strip() for column, cell in row.items()} for row in csv.DictReader(StringIO(text))]


def digest(*names: str) -> str:
    """SHA-256 (hex) over names and bytes of the tables, so that a changed cell changes the version."""
    total = hashlib.sha256()
    for name in names:
        total.update(name.encode())
        # Line ends do not count: a checkout may convert them.
        total.update((files("takingstock.reference") / "data" / name).read_bytes().replace(b"\r\n", b"\n"))
    return total.hexdigest()


def sha256(text: str) -> str:
    """SHA-256 (hex) of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
