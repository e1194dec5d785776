"""A small publication made by hand, with every kind of record in it, and a hostile twin."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from takingstock.audit import contradictions
from takingstock.records import (
    Arsenal,
    ArsenalRow,
    Attribution,
    Basis,
    Caution,
    Chain,
    ChainBasis,
    ChannelShare,
    Confidence,
    Count,
    Coverage,
    DateRange,
    Design,
    DiversionPoint,
    Embargo,
    Exemption,
    Finding,
    FindingKind,
    Gain,
    Grade,
    Influence,
    Lag,
    Ledger,
    Mode,
    Origin,
    OriginKind,
    Party,
    PartyKind,
    Place,
    Population,
    PopulationTable,
    Quantity,
    Reliability,
    Sighting,
    Source,
    SourceKind,
    Stage,
    Statement,
    Step,
    Trace,
    TraceItem,
    Unit,
)
from takingstock.reference.calibration import read
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.report import Paragraph, Publication, Versions

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> & \"'=cmd|' /C calc'!A0 \u2028 ]]> <!--"
TEXTS = (
    "title",
    "remark",
    "note",
    "claimant",
    "locator",
    "designation",
    "allegation",
    "allegation_status",
    "publisher",
)


def statement(id: str, source: str, **values: Any) -> Statement:
    values.setdefault("movement", f"m-{id}")
    values.setdefault("mode", Mode.EXPORT)
    if "quantity" in values:
        values["quantity"] = Quantity.parse(values["quantity"], values.pop("unit", Unit.ITEMS))
    return Statement(id=id, source=source, **values)


MOSUL = Place(name="Mosul", latitude=36.34, longitude=43.13)
HMMWV = "vehicle.light.hmmwv"


def ledger() -> Ledger:
    sources = (
        Source(
            id="audit",
            title="An audit",
            kind=SourceKind.AUDIT,
            reliability=Reliability.B,
            url="https://example.org/audit",
        ),
        Source(id="evil", title="Link that is none", url="javascript:alert(3)"),
        Source(id="paper", title="A newspaper", kind=SourceKind.PRESS, derives_from=("study",), read=False),
        Source(
            id="register",
            title="A register",
            kind=SourceKind.REGISTER,
            reliability=Reliability.B,
            coverage=Coverage(period=DateRange.parse("1995.."), note="major arms only"),
        ),
        Source(id="study", title="A field study", kind=SourceKind.FIELD, reliability=Reliability.A),
    )
    statements = (
        statement("a1", "register", item=HMMWV, from_party="USA", to_party="IRQ", quantity="3400", when="2008"),
        statement("a2", "register", item=HMMWV, from_party="USA", to_party="IRQ", quantity="~4700", when="2009..2010"),
        statement(
            "b1",
            "study",
            movement="loss",
            item=HMMWV,
            from_party="iraqi-army",
            to_party="islamic-state",
            quantity="2300",
            when="2014-06-09..2014-06-10",
            mode=Mode.CAPTURE,
            place=MOSUL,
            claimant="a minister",
            grade=Grade.parse("B2"),
        ),
        statement(
            "b2",
            "audit",
            movement="loss",
            item=HMMWV,
            from_party="iraqi-army",
            to_party="islamic-state",
            quantity="1500",
            when="2014-06",
            mode=Mode.CAPTURE,
            grade=Grade.parse("C3"),
        ),
        statement(
            "c1",
            "register",
            movement="rounds",
            item="ammunition.cartridge",
            from_party="SCG",
            to_party="iraqi-army",
            via=("broker",),
            quantity="5000000",
            unit=Unit.ROUNDS,
            when="2004",
            chain="rounds",
            link=1,
            allegation="no licence",
            allegation_status="complaint filed",
        ),
        statement(
            "c2",
            "study",
            movement="rounds-taken",
            item="ammunition.cartridge",
            from_party="iraqi-army",
            to_party="islamic-state",
            when="2014-06",
            mode=Mode.CAPTURE,
            chain="rounds",
            link=2,
        ),
        statement(
            "d1",
            "register",
            movement="stinger",
            item="manpads.stinger",
            from_party="USA",
            to_party="IRQ",
            quantity="681",
            when="2013-08",
            stage=Stage.NOTIFIED,
        ),
        statement(
            "d2", "register", item="manpads.stinger", from_party="USA", to_party="IRQ", quantity="~100", when="2013"
        ),
        statement(
            "d3", "register", item="manpads.stinger", from_party="USA", to_party="IRQ", quantity="~100", when="2014"
        ),
    )
    return Ledger(
        title="A case by hand",
        revision=7,
        head="c0ffee" * 10,
        sources=sources,
        parties=(Party(id="broker", name="A broker", kind=PartyKind.COMPANY),),
        statements=statements,
        counts=(
            Count(
                id="k1",
                source="audit",
                holder="iraqi-security-forces",
                item="pistol",
                quantity=Quantity.parse("~90000"),
                basis=Basis.BOOKS,
            ),
        ),
        populations=(
            Population(
                id="finds",
                title="Weapons found",
                holder="islamic-state",
                unit=Unit.ITEMS,
                size=Quantity.exact(1832),
                design=Design.PURPOSIVE,
                source="study",
            ),
        ),
        sightings=(
            Sighting(
                id="o-chn",
                source="study",
                holder="islamic-state",
                item="weapons",
                population="finds",
                share=0.435,
                made_in="CHN",
            ),
            Sighting(
                id="o-rou",
                source="study",
                holder="islamic-state",
                item="weapons",
                population="finds",
                share=0.121,
                made_in="ROU",
            ),
        ),
    )


def traced() -> Trace:
    def step(source: str, target: str, mode: str, when: str, movement: str, **more: Any) -> Step:
        return Step(
            from_party=source,
            to_party=target,
            mode=mode,
            when=DateRange.parse(when),
            movements=(movement,),
            **more,
        )

    inferred = Chain(
        basis=ChainBasis.INFERRED,
        origin=OriginKind.UNRECORDED,
        steps=(
            step("USA", "iraqi-army", "export", "2008..2010", "m-a1", quantity=Quantity.exact(1610)),
            step("iraqi-army", "islamic-state", "capture", "2014-06-09..2014-06-10", "loss"),
        ),
        share=0.7,
        quantity=1610.0,
        diversion=1,
        lag=(Lag(event="first transfer to arrival", low=1000, high=2000),),
        agreement=(("fifo, late births", 0.7), ("lifo, opening births", 0.55)),
        sources=("register", "study"),
    )
    stated = Chain(
        basis=ChainBasis.DOCUMENTED,
        origin=OriginKind.PRODUCED,
        steps=(
            step("SCG", "iraqi-army", "export", "2004", "rounds", via=("broker",)),
            step("iraqi-army", "islamic-state", "capture", "2014-06", "rounds-taken"),
        ),
        after=(step("islamic-state", "peshmerga", "recovery", "2015-02", "rounds-taken"),),
        share=None,
        diversion=1,
        sources=("register", "study"),
        allegations=("no licence (status: complaint filed)",),
        label="rounds",
    )

    def block(item: str, unit: Unit, total: float | None, chain: Chain, **more: Any) -> TraceItem:
        return TraceItem(
            item=item,
            classes=(item,),
            unit=unit,
            total=total,
            coverage=(),
            chains=(chain,),
            origins=(Origin(party="USA", kind=OriginKind.UNRECORDED, share=0.7),) if total else (),
            definition="share of what is recorded as received",
            **more,
        )

    return Trace(
        holder="islamic-state",
        at=DateRange(),
        policy="proportional",
        births="late",
        of="received",
        revision=7,
        tables="feed",
        version="0.0",
        items=(
            block(
                HMMWV,
                Unit.ITEMS,
                2300.0,
                inferred,
                remainder=0.3,
                unrecorded=0.7,
                cautions=(
                    Caution(
                        kind="before-coverage", words="Before 1995 unknown.", party="USA", item=HMMWV, source="register"
                    ),
                ),
            ),
            block("ammunition.cartridge", Unit.ROUNDS, None, stated, remainder=None, unrecorded=None),
        ),
    )


def with_draws(plain: Trace) -> Trace:
    """The same answer after 1,000 draws, a quarter of which time did not allow."""
    humvees, rounds = plain.items
    (chain,) = humvees.chains
    second = chain.model_copy(
        update={
            "steps": (chain.steps[0].model_copy(update={"from_party": "DEU"}), chain.steps[1]),
            "share": 0.2,
            "low": 0.0,
            "high": 0.31,
            "probability": 0.4,
            "leads": 0.0,
            "ranks": (("fifo", 2), ("lifo", 1)),
            "quantity": None,
        }
    )
    chain = chain.model_copy(
        update={
            "low": 0.612,
            "high": 0.998,
            "probability": 1.0,
            "leads": 0.93,
            "ranks": (("fifo", 1), ("lifo", 2), ("proportional", 1)),
        }
    )
    point = DiversionPoint(
        party="iraqi-army",
        to_party="islamic-state",
        mode="capture",
        when=DateRange.parse("2014-06"),
        share=0.9,
        low=0.7,
        high=1.0,
        movements=("loss",),
    )
    gone = Influence(
        source="study",
        sources=("study", "paper"),
        total=None,
        leading=None,
        leads=False,
        unrecorded=None,
        moves=1.0,
        movements=("loss",),
    )
    weak = Influence(
        source="audit", sources=("audit",), total=2300.0, leading=0.69, leads=True, unrecorded=0.7, moves=0.01
    )
    humvees = humvees.model_copy(
        update={
            "chains": (chain, second),
            "origins": (humvees.origins[0].model_copy(update={"low": 0.5, "high": 0.9}),),
            "total_drawn": 2000.0,
            "arrived": 0.8,
            "total_low": 1500.0,
            "total_high": 2300.0,
            "unrecorded_low": 0.55,
            "unrecorded_high": 0.91,
            "remainder": 0.04,
            "diversion_points": (point,),
            "influence": (gone, weak),
            "attribution": ATTRIBUTION.channels,
            "confidence": Confidence.LOW,
            "reasons": ("policy-decides", "one-voice"),
        }
    )
    return plain.model_copy(
        update={
            "items": (humvees, rounds),
            "draws": 750,
            "asked": 1000,
            "seed": 3,
            "attributions": (ATTRIBUTION,),
        }
    )


ATTRIBUTION = Attribution(
    population="finds",
    items=("weapons",),
    by="country of manufacture",
    n=1832.0,
    sites=111.0,
    sites_assumed=True,
    verdict="not-separated",
    channels=(
        ChannelShare(
            channel="iraqi-army|capture",
            members=("iraqi-army|capture",),
            from_party="iraqi-army",
            mode="capture",
            prior=0.6,
            prior_low=0.2,
            prior_high=0.9,
            share=0.58,
            low=0.21,
            high=0.88,
            separated=False,
            population="finds",
        ),
        ChannelShare(
            channel="unrecorded",
            members=("unrecorded",),
            prior=0.4,
            prior_low=0.1,
            prior_high=0.8,
            share=0.42,
            low=0.12,
            high=0.79,
            separated=False,
            population="finds",
        ),
    ),
    gains=(
        Gain(observation="year-of-manufacture", bits=0.31),
        Gain(observation="recovery", bits=0.5, narrows=1.62),
        Gain(observation="lot", bits=None),
    ),
)
MEASURED = {
    "version": "0.0",
    "worlds": 40,
    "draws": 300,
    "size": 60,
    "nominal": 0.9,
    "band": [0.85, 0.95],
    "mechanisms": [
        {
            "name": "well-mixed",
            "keeps": True,
            "worlds": 20,
            "coverage": {
                "chain": {"value": 0.905, "error": 0.02, "claims": 200},
                "channel": {"value": 1.0, "error": None, "claims": 12},
                "total": {"value": 0.88, "error": 0.03, "claims": 20},
            },
            "width": {"chain": 0.24, "channel": 0.61, "total": 0.2},
            "main_chain_first": {"trace": 0.85, "baseline": 0.5},
        },
        {
            "name": "clustered-losses",
            "keeps": False,
            "worlds": 20,
            "coverage": {
                "chain": {"value": 0.41, "error": 0.03, "claims": 200},
                "channel": {"value": None, "error": None, "claims": 0},
            },
            "width": {"chain": 0.2, "channel": None},
            "main_chain_first": {"trace": None, "baseline": None},
        },
    ],
}
FLOOR = "Purposive. At least 12 % came from Iraqi stockpiles (audit): a floor from documents, not an estimate."


def made(book: Ledger, story: str = "Seen [@study] and read.") -> Publication:
    names = directory(book.parties)
    movements = book.movements(names.part_of)
    rows = (
        ArsenalRow(key="CHN", share=0.435, count=797.0, derived=True, sightings=("o-chn",)),
        ArsenalRow(key="ROU", share=0.121, count=222.0, derived=True, sightings=("o-rou",)),
    )
    finding = Finding(
        id="f1",
        kind=FindingKind.CLAIMED_CAPTURE,
        holder="iraqi-army",
        item=HMMWV,
        numerator=Quantity.parse(">=40"),
        denominator=Quantity.exact(140),
        share=40 / 140,
        definition="claimed, of delivered",
        words="words",
        sources=("study", "register"),
        rests_on=("b1", "a1", "k1"),
        claimants=("a minister",),
        caution="a claim",
    )
    return Publication(
        title="Arms by hand",
        holder="islamic-state",
        ledger=book,
        movements=movements,
        directory=names,
        taxonomy=taxonomy(),
        arsenals=(
            Arsenal(
                holder="islamic-state",
                by="country",
                role="manufactured",
                revision=7,
                populations=(
                    PopulationTable(
                        id="finds",
                        title="Weapons found",
                        unit=Unit.ITEMS,
                        size=Quantity.exact(1832),
                        source="study",
                        rows=rows,
                        rest=0.444,
                    ),
                ),
            ),
        ),
        trace=traced(),
        findings=(finding,),
        contradictions=contradictions(movements, book),
        embargoes=(
            Embargo(
                id="e",
                body="United Nations",
                target="whole territory",
                territory="IRQ",
                scope="arms",
                when=DateRange.parse("1990.."),
                reference="a resolution",
                exemptions=(
                    Exemption(when=DateRange.parse("2010.."), condition="for the government", reference="another"),
                ),
                source="https://example.org/un",
                verified=False,
            ),
        ),
        versions=Versions(
            revision=7,
            head="c0ffee" * 10,
            tables="feed",
            package="0.0",
            policy="proportional",
            births="late",
            of="received",
        ),
        territories=("IRQ",),
        narrative=(Paragraph(text=story, heading="How", sources=("audit",)),),
        highlights=(Paragraph(text="A highlight.", rests_on=("b1",)),),
        warnings=("A general warning.",),
    )


@pytest.fixture(scope="session")
def publication() -> Publication:
    return made(ledger())


@pytest.fixture(scope="session")
def drawn(publication: Publication) -> Publication:
    """The same case answered with draws, with a floor from documents and a calibration made by hand."""
    book = publication.ledger
    noted = tuple(population.model_copy(update={"note": FLOOR}) for population in book.populations)
    floor = Paragraph(
        text="At least 12 % of the weapons came from Iraqi stocks.",
        sources=("audit",),
        translations=(("text", "ar", "ما لا يقل عن 12 % من الأسلحة جاء من مخزونات عراقية."),),
    )
    return replace(
        publication,
        ledger=revised(book, populations=noted),
        trace=with_draws(publication.trace),
        highlights=(*publication.highlights, floor),
        calibration=read(MEASURED),
    )


@pytest.fixture(scope="session")
def hostile() -> Publication:
    """Every free text of the case is an attack."""
    book = ledger()

    def poison(row: Any) -> Any:
        fields = {name: HOSTILE for name in TEXTS if name in type(row).model_fields}
        return row.model_copy(update=fields)

    book = book.model_copy(
        update={
            "title": HOSTILE,
            "sources": tuple(poison(row) for row in book.sources),
            "statements": tuple(poison(row) for row in book.statements),
            "counts": tuple(poison(row) for row in book.counts),
            "sightings": tuple(poison(row) for row in book.sightings),
            "parties": tuple(row.model_copy(update={"name": HOSTILE}) for row in book.parties),
        }
    )
    publication = made(book, HOSTILE)
    return replace(publication, title=HOSTILE, warnings=(HOSTILE,))


def revised(book: Ledger, **fields: Any) -> Ledger:
    """The ledger with other rows; made anew, because a copy would keep the look-ups of the old one."""
    return Ledger(**{name: getattr(book, name) for name in Ledger.model_fields} | fields)


@pytest.fixture(scope="session")
def other() -> Any:
    """``other(publication, statements=…)``: the publication of a changed ledger."""

    def change(publication: Publication, **fields: Any) -> Publication:
        book = revised(publication.ledger, **fields)
        return replace(publication, ledger=book, movements=book.movements(publication.directory.part_of))

    return change


class Page(HTMLParser):
    """The elements of a page: (tag, attributes), texts of scripts, ids, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str, str] = {}
        self.words: list[str] = []
        self._script: str | None = None
        self._style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self._script = dict(attrs).get("id") or "own"
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None

    def handle_data(self, data: str) -> None:
        if self._script:
            self.scripts[self._script] = self.scripts.get(self._script, "") + data
        elif not self._style:
            self.words.append(data)

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] or "" for _, attrs in self.elements if "id" in attrs]

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))

    def data(self, id: str) -> Any:
        return json.loads(self.scripts[id])


@pytest.fixture(scope="session")
def page() -> type[Page]:
    return Page


@pytest.fixture(scope="session")
def attack() -> str:
    return HOSTILE
