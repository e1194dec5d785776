"""Regions as they are written on a command line: ``face=0.1,0.2,0.3,0.4``; and those that a program suggests."""

from __future__ import annotations

from pathlib import Path

from takingstock.records import BadValueError, Region, RegionKind
from takingstock.verbs.evidence.looked import looked

_FORM = "write KIND=LEFT,TOP,RIGHT,BOTTOM in fractions of the picture, such as face=0.10,0.20,0.25,0.40"


def region(text: str) -> Region:
    """Raises BadValueError with the form."""
    kind, _, numbers = text.partition("=")
    try:
        left, top, right, bottom = (float(part) for part in numbers.split(","))
        return Region(kind=RegionKind(kind.strip()), left=left, top=top, right=right, bottom=bottom)
    except ValueError as error:
        raise BadValueError(f"{text!r} is no region; {_FORM}; kinds: {', '.join(RegionKind)}") from error


def suggestions(folder: Path, evidence: str, model: Path) -> tuple[str, ...]:
    """Where a detector sees faces, in the form that ``--hide`` takes. ``model``: the file of a YuNet model, which the
    team brings itself. It misses faces: a person still looks. Raises BadFileError, UnknownNameError."""
    from takingstock.evidence.looking import FACES

    _, result = looked(folder, evidence, FACES, str(model))
    return tuple(f"{box.kind.value}={box.left:.3f},{box.top:.3f},{box.right:.3f},{box.bottom:.3f}" for box in result)
