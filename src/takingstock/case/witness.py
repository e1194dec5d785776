"""Witness: the folder's own memory of the last event written through it, outside the database.

A history whose last events were cut off, or a database swapped for an older copy, is sound in itself. The witness
shows both without anybody having noted a head, unless whoever did it changed this file too: against that, only a
checkpoint kept elsewhere helps. It is written after the commit, so that a killed write leaves an older head, which
the history still holds.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Final

FILE: Final = "head.txt"


def remember(folder: Path, digest: str) -> None:
    """Note the digest. A folder that cannot be written is no reason to fail a write that is already committed."""
    part = folder / f".{FILE}.part"
    with contextlib.suppress(OSError):
        part.write_text(digest + "\n", encoding="ascii")
        part.replace(folder / FILE)


def remembered(folder: Path) -> str | None:
    """The digest noted last; None where there is no such file. What is no digest is given as it stands, so that it is
    found in no history."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
    return text if re.fullmatch("[0-9a-f]{64}", text) else f"{text[:80]!r}"
