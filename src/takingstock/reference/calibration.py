"""Calibration: how often the intervals held the truth in worlds whose every movement is known, per mechanism.

The figures are made by ``scripts/calibrate.py`` and stand in ``data/calibration.json``; nothing is typed in by hand.
Where the file is not there, nothing has been measured, and that is what a report then says.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from takingstock.records import Record

FILE = "calibration.json"


class Held(Record):
    """How the intervals of one kind of figure did (``chain``, ``origin``, ``unrecorded``, ``channel``, ``total``):
    ``coverage`` is the part of ``claims`` whose interval held the truth, ``error`` its standard error with the world as
    the trial, ``width`` the mean width of the intervals (0 to 1; of a total, in parts of the true one)."""

    kind: str
    claims: int
    coverage: float
    error: float | None = None
    width: float | None = None


class Mechanism(Record):
    """One way in which worlds are made, or several pooled. ``keeps``: what the trace assumes holds there. ``first`` is
    the part of its worlds in which the chain that the trace puts first is the true main chain, ``baseline`` the same
    for the simple rule to name the largest recorded supplier."""

    name: str
    keeps: bool
    worlds: int
    held: tuple[Held, ...]
    first: float | None = None
    baseline: float | None = None

    def of(self, kind: str) -> Held | None:
        """What was measured of one kind of figure."""
        return next((one for one in self.held if one.kind == kind), None)


class Calibration(Record):
    """``nominal`` is what the intervals promise, ``band`` what is taken as good; ``version`` that of the package
    that was measured."""

    nominal: float
    band: tuple[float, float]
    worlds: int
    draws: int
    version: str = ""
    mechanisms: tuple[Mechanism, ...]


def calibration() -> Calibration | None:
    """What was measured; None where nothing was. Raises KeyError or ValueError for a file of another layout."""
    file = files("takingstock.reference") / "data" / FILE
    if not file.is_file():
        return None
    return read(json.loads(file.read_text(encoding="utf-8")))


def read(found: dict[str, Any]) -> Calibration:
    """The figures from the layout of the file. What was not measured (a value of null) is left out; keys that are not
    used here may stand there."""
    return Calibration(
        nominal=found["nominal"],
        band=tuple(found["band"]),
        worlds=found["worlds"],
        draws=found["draws"],
        version=found.get("version", ""),
        mechanisms=tuple(_mechanism(one) for one in found["mechanisms"]),
    )


def _mechanism(one: dict[str, Any]) -> Mechanism:
    return Mechanism(
        name=one["name"],
        keeps=one["keeps"],
        worlds=one["worlds"],
        held=tuple(
            Held(
                kind=kind,
                claims=rate["claims"],
                coverage=rate["value"],
                error=rate["error"],
                width=one["width"].get(kind),
            )
            for kind, rate in one["coverage"].items()
            if rate["value"] is not None
        ),
        first=one["main_chain_first"]["trace"],
        baseline=one["main_chain_first"]["baseline"],
    )
