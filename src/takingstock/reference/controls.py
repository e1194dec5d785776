"""Controls: measures before, during and after a transfer, with the standard that describes each and its assumed effect.

``controls.csv`` has a row for each measure, ``control_effects.csv`` the share of a mode's hazard that it takes away.
An effect without a source is an assumption: no measured effect of such a control was found. ``months`` says how long
before the goods move a measure has to be shown (before the transfer), or how long after they came it is due (after it).
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from takingstock.records import BadValueError, Control, ControlKind, ControlStage, Effect
from takingstock.reference import tables

TABLES = ("controls.csv", "control_effects.csv")


@lru_cache(maxsize=1)
def controls() -> tuple[Control, ...]:
    """Every measure, in the order of the table. Raises BadValueError where the tables do not fit together."""
    effects: dict[str, list[Effect]] = defaultdict(list)
    for row in tables.read("control_effects.csv"):
        effects[row["control"]].append(_effect(row))
    found = tuple(
        Control(
            kind=ControlKind(row["kind"]),
            name=row["name"],
            stage=ControlStage(row["stage"]),
            effects=tuple(effects.pop(row["kind"], ())),
            reference=row["reference"],
            source=row["source"],
            verified=row["verified"] == "yes",
            months=int(row["months"]),
            every=int(row["every"]),
            says=row["says"],
        )
        for row in tables.read("controls.csv")
    )
    if effects:
        raise BadValueError(f"control_effects.csv names {', '.join(effects)}, which controls.csv has not; add a row")
    return found


def control(kind: ControlKind) -> Control:
    """One measure."""
    return {one.kind: one for one in controls()}[kind]


def version() -> str:
    """SHA-256 (hex) of the tables."""
    return tables.digest(*TABLES)


def _effect(row: dict[str, str]) -> Effect:
    low, value, high = (float(row[name]) for name in ("low", "value", "high"))
    if not 0.0 <= low <= value <= high < 1.0:
        raise BadValueError(
            f"control_effects.csv, {row['control']} on {row['mode']}: {low:g}, {value:g}, {high:g} is no range of "
            "shares; write low <= value <= high, below 1"
        )
    return Effect(mode=row["mode"], low=low, value=value, high=high, source=row["source"])
