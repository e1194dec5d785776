"""marks: proposals of what is written on a picture. A program proposes, a person reads."""

from __future__ import annotations

from pathlib import Path

from takingstock.records import BadFileError, BadValueError, Record
from takingstock.verbs.evidence.finding import found


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
    from takingstock.case import open_case
    from takingstock.evidence.looking import MEMORY, READ
    from takingstock.evidence.marks import CAUTION
    from takingstock.evidence.vault import Vault
    from takingstock.evidence.workers import Failure, Pool

    with open_case(folder) as case:
        one = found(case.archive(), evidence)
        path = Vault(case.folder).original(one.id)
    if not one.media_type.startswith("image/"):
        raise BadValueError(f"{one.name or one.id[:12]} is no picture ({one.media_type}); marks are read on pictures")
    with Pool(READ, cores=1, seconds=180, memory=MEMORY) as pool:
        ((_, result),) = pool.run([(one.id, (str(path),))])
    if isinstance(result, Failure):
        raise BadFileError(f"{one.name}: {result.words}")
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
