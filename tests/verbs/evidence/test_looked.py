"""Looking at one picture on demand: only pictures, each in a worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from takingstock.case import Rows, open_case
from takingstock.records import BadFileError, BadValueError, Evidence
from takingstock.verbs.evidence.looked import looked


def test_only_pictures_are_looked_at(case: Path) -> None:
    rows = (
        Evidence(id="aa" * 32, name="note.txt", media_type="text/plain", size=4),
        Evidence(id="bb" * 32, media_type="application/octet-stream", size=4, secret=True, commitment="cc" * 32),
    )
    with open_case(case) as opened:
        opened.write(Rows(evidence=rows), actor="A", reason="r")
    with pytest.raises(BadValueError, match=r"note\.txt is no picture \(text/plain\)"):
        looked(case, "note.txt", "no.such:function")
    with pytest.raises(BadValueError, match="is a secret item"):
        looked(case, "bbbb", "no.such:function")


def test_a_picture_that_cannot_be_read_ends_the_look_and_says_so(case: Path) -> None:
    from takingstock.evidence.looking import PDQ

    with pytest.raises(BadFileError, match=r"^a\.jpg: "):
        looked(case, "a.jpg", PDQ)  # its file was never put in the vault
