"""A small case about Iraq and short ways to write applications, so that each test shows what it is about."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.records import (
    Application,
    DateRange,
    Finding,
    FindingKind,
    Incident,
    Ledger,
    Mode,
    Party,
    Quantity,
    Source,
    SourceKind,
    Statement,
)
from takingstock.reference.embargoes import embargoes
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.risk.dossier import Background, Dossier

RIFLE = "rifle.assault.ak.akm"
CLEAR = {
    "att-6-1.other": "no",
    "att-6-2.other": "no",
    "att-6-3.knowledge": "no",
    "att-7-1-a.risk": "no",
    "att-7-1-b-i.risk": "no",
    "att-7-1-b-ii.risk": "no",
    "att-7-1-b-iii.risk": "no",
    "att-7-1-b-iv.risk": "no",
    "att-7-4.risk": "no",
    "att-11.assessed": "yes",
    "att-11.measures": "yes",
    "reexport.origin": "no",
}
"""Every question that a single export asks of itself, answered as a person would who found no risk."""


def reply(question: str, value: str, **fields: Any) -> dict[str, Any]:
    """A sound reply; fields take parts of it away."""
    sound = {"reason": "examined", "source": "file 1", "person": "licensing officer"}
    return {"question": question, "value": value} | sound | fields


def application(**fields: Any) -> Application:
    """An export of rifles from Germany; ``items`` and ``answers`` are short for goods and replies."""
    items = fields.pop("items", [RIFLE])
    answers = fields.pop("answers", {})
    given = {
        "id": "a-1",
        "exporter": "DEU",
        "goods": [one if isinstance(one, dict) else {"item": one} for one in items],
    }
    given["replies"] = [reply(name, value) for name, value in answers.items()] + fields.pop("replies", [])
    return Application.model_validate(given | fields)


def source(id: str, published: str) -> Source:
    return Source(id=id, title=id, kind=SourceKind.NGO_REPORT, published=DateRange.parse(published))


def _ledger(parties: tuple[Party, ...] = ()) -> Ledger:
    def statement(id: str, mode: Mode, sender: str, to: str, when: str, **fields: Any) -> Statement:
        given = {"id": id, "movement": f"m-{id}", "source": "report-2016", "item": RIFLE, "mode": mode}
        given |= {"from_party": sender, "to_party": to, "when": when, "quantity": Quantity.exact(10)}
        return Statement.model_validate(given | fields)

    return Ledger(
        title="gates",
        revision=1,
        head="",
        sources=(source("report-2013", "2013-05-01"), source("report-2016", "2016-01-10")),
        parties=parties,
        statements=(
            statement("capture", Mode.CAPTURE, "iraqi-army", "islamic-state", "2014-06", source="report-2016"),
            statement("supply", Mode.EXPORT, "BGR", "us-army", "2015-12-12"),
            statement("onward", Mode.RETRANSFER, "us-army", "syrian-opposition", "2015-12", authorised=False),
        ),
        incidents=(
            Incident(
                id="i-police",
                source="report-2013",
                what="ill-treatment of detainees",
                qualified_by="a human rights organisation",
                when=DateRange.parse("2012"),
                parties=("iraqi-federal-police",),
            ),
        ),
    )


@pytest.fixture(scope="session")
def case() -> SimpleNamespace:
    """``dossier(**fields)`` of an application on the small case; ``background`` is shared by all."""
    finding = Finding(
        id="f-1",
        kind=FindingKind.CLAIMED_CAPTURE,
        holder="iraqi-army",
        item=RIFLE,
        numerator=Quantity.exact(10),
        denominator=Quantity.exact(100),
        share=0.1,
        definition="captured of delivered",
        words="10 of 100 rifles claimed as captured.",
        sources=("report-2016",),
        rests_on=("capture",),
        when=DateRange.parse("2014-06"),
    )
    background = Background(_ledger(), taxonomy(), directory(), embargoes(), findings=(finding,))

    def dossier(app: Application | None = None, **fields: Any) -> Dossier:
        return Dossier(background, app or application(**fields))

    return SimpleNamespace(background=background, dossier=dossier, application=application, reply=reply, clear=CLEAR)


@pytest.fixture(scope="session")
def outcomes(case: SimpleNamespace) -> Callable[[Application], dict[str, str]]:
    """The gates of an application as words, by id."""
    from takingstock.risk.gates import judge

    return lambda app: {gate.id: gate.outcome.value for gate in judge(case.dossier(app))}
