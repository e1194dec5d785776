"""Short ways to write the rows of a review."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from takingstock.records import (
    Assignment,
    Confidence,
    Identification,
    ItemClass,
    Ledger,
    ReviewRule,
    Ruling,
    Sighting,
    Verification,
)
from takingstock.reference.taxonomy import Taxonomy

RULE = ReviewRule()
FILE = hashlib.sha256(b"picture").hexdigest()
TREE = Taxonomy(
    [
        ItemClass.model_validate({"id": id, "name": id, "group": "small-arms"})
        for id in (
            "weapons", "small-arms", "rifle", "rifle.assault", "rifle.assault.ak", "rifle.assault.ak.akm",
            "rifle.assault.ak.type-56", "rifle.assault.m16", "pistol", "pistol.makarov",
        )
    ]
)  # fmt: skip
AKM, AK, M16, PISTOL = "rifle.assault.ak.akm", "rifle.assault.ak", "rifle.assault.m16", "pistol.makarov"


def sighting(id: str = "s", evidence: Iterable[str] = (FILE,), **more: Any) -> Sighting:
    return Sighting(
        **({"id": id, "source": "team", "holder": "group", "item": "rifle", "evidence": tuple(evidence)} | more)
    )


def said(
    person: str, answer: str = "confirmed", aspects: str = "origin place time", evidence: str = FILE, **more: Any
) -> list[Verification]:
    return [
        Verification(
            id=f"v-{evidence[:6]}-{person}-{aspect}-{answer}", evidence=evidence, person=person, aspect=aspect,
            answer=answer, method="looked", reason="seen", **more,
        )
        for aspect in aspects.split()
    ]  # fmt: skip


def sees(
    expert: str, item: str = AKM, level: str = "model", sighting: str = "s", id: str = "", **more: Any
) -> Identification:
    return Identification(
        id=id or f"i-{sighting}-{expert}", sighting=sighting, expert=expert, item=item, level=level,
        confidence=Confidence.MODERATE, reason="shape", **more,
    )  # fmt: skip


def put(expert: str, sighting: str = "s", **more: Any) -> Assignment:
    return Assignment(id=f"a-{sighting}-{expert}", sighting=sighting, expert=expert, **more)


def rules(kind: str, number: int = 1, person: str = "Chair", sighting: str = "s", **more: Any) -> Ruling:
    return Ruling(
        id=f"r-{sighting}-{number}-{kind}",
        sighting=sighting,
        number=number,
        kind=kind,
        person=person,
        reason="so",
        **more,
    )


def ledger(*rows: Any) -> Ledger:
    flat = [one for row in rows for one in (row if isinstance(row, list) else [row])]
    kinds = {"sightings": Sighting, "verifications": Verification, "assignments": Assignment,
             "identifications": Identification, "rulings": Ruling}  # fmt: skip
    tables = {name: tuple(row for row in flat if isinstance(row, kind)) for name, kind in kinds.items()}
    return Ledger(title="test", revision=1, head="", **tables)


SOURCE = [*said("Vera"), *said("Walter")]
