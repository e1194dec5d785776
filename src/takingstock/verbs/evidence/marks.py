"""marks: proposals of what is written on a picture. A program proposes, a person reads."""

from __future__ import annotations

from pathlib import Path

from takingstock.records import Record
from takingstock.verbs.evidence.looked import looked


class Proposal(Record):
    """A text as the program reads it, its confidence (0 to 1), its box in fractions of the picture, who proposes."""

    text: str
    confidence: float
    box: tuple[float, float, float, float]
    rule: str


class Proposals(Record):
    """``words``: what the program cannot read, for whoever relies on it."""

    evidence: str
    proposals: tuple[Proposal, ...]
    words: tuple[str, ...]


def marks(folder: Path, evidence: str) -> Proposals:
    """Raises UnknownNameError, BadValueError for what is no picture, BadFileError for one that cannot be read, and an
    error that names the extra ``ocr`` where it is not installed."""
    from takingstock.evidence.looking import READ
    from takingstock.evidence.marks import CAUTION

    one, result = looked(folder, evidence, READ)
    return Proposals(
        evidence=one.id,
        proposals=tuple(
            Proposal(
                text=mark.text,
                confidence=mark.confidence,
                box=(mark.left, mark.top, mark.right, mark.bottom),
                rule=mark.rule,
            )
            for mark in result
        ),
        words=(CAUTION,),
    )
