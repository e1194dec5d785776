"""Witness: the folder's own memory of the last event written through it and of its checkpoints, outside the database.

A history whose last events were cut off, a database swapped for an older copy, or a folder of seals whose last ones
were taken out, is sound in itself. The witness shows it without anybody having noted a head, unless whoever did it
changed this file too: against that, only a checkpoint kept elsewhere helps. It is written after the commit, so that a
killed write leaves an older head, which the history still holds.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE: Final = "head.txt"
_FORM: Final = re.compile(r"([0-9a-f]{64})(?:\s+checkpoints ([0-9]{1,6}))?")


@dataclass(frozen=True)
class Witness:
    """``head``: the digest noted last. ``checkpoints``: how many checkpoints the case had."""

    head: str
    checkpoints: int = 0


def remember(folder: Path, digest: str, checkpoints: int | None = None) -> None:
    """Note the digest, and the number of checkpoints (None: as it was). A folder that cannot be written is no reason to
    fail a write that is already committed."""
    if checkpoints is None:
        before = remembered(folder)
        checkpoints = before.checkpoints if before else 0
    part = folder / f".{FILE}.part"
    with contextlib.suppress(OSError):
        part.write_text(f"{digest}\n" + (f"checkpoints {checkpoints}\n" if checkpoints else ""), encoding="ascii")
        part.replace(folder / FILE)


def remembered(folder: Path) -> Witness | None:
    """What was noted last; None where there is no such file. What is no digest is given as it stands, so that it is
    found in no history."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
    match = _FORM.fullmatch(text)
    return Witness(match[1], int(match[2] or 0)) if match else Witness(f"{text[:80]!r}")
