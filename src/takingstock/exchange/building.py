"""One row of the template into one record. Each function reads its cells; faults are noted in the cells.

A function gives None where the record cannot be made; the caller rejects the row with the faults.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from takingstock.exchange.cells import Cells
from takingstock.exchange.grid import bare
from takingstock.exchange.resolving import Resolver
from takingstock.records import (
    Answer,
    Aspect,
    BadValueError,
    Basis,
    Condition,
    Count,
    Coverage,
    Design,
    Funding,
    Incident,
    Mode,
    Money,
    Party,
    PartyKind,
    Place,
    Population,
    Precision,
    ProvenanceLevel,
    Reliability,
    Sampling,
    SamplingDirection,
    Sighting,
    Source,
    SourceKind,
    Stage,
    Statement,
    Unit,
    UnknownNameError,
    Verification,
    verification_id,
)
from takingstock.records.person import checked_name

if TYPE_CHECKING:
    from takingstock.reference.parties import Directory

R = TypeVar("R")

LONGEST_KEY = 500
"""Characters in an id: as many as every store can index."""

_MOST = 10**12
_SHA256 = re.compile(r"[0-9a-f]{64}")


def source(cells: Cells, names: Resolver) -> Source | None:
    """A row of the sheet sources. ``derives_from`` is checked by the caller, when all sources are known."""
    coverage = Coverage(
        period=cells.date("coverage_period"),
        items=names.items(cells, "coverage_items"),
        parties=names.parties(cells, "coverage_parties"),
        note=cells.text("coverage_note"),
    )
    stated = coverage != Coverage() or cells.word("coverage_period") == "?"
    read = cells.yes("read")
    return _made(
        cells,
        lambda: Source(
            id=_id(cells),
            title=cells.needed("title"),
            publisher=cells.text("publisher"),
            kind=cells.choice("kind", SourceKind) or SourceKind.OTHER,
            published=cells.date("published"),
            url=cells.text("url"),
            reliability=cells.choice("reliability", Reliability) or Reliability.F,
            derives_from=cells.words("derives_from"),
            coverage=coverage if stated else None,
            licence=cells.text("licence"),
            read=read is None or read,
            note=cells.text("note"),
        ),
    )


def party(cells: Cells) -> Party | None:
    """A row of the sheet parties. References to other parties are checked by the caller, when all are known."""
    verified = cells.yes("verified")
    kind = cells.choice("kind", PartyKind)
    cells.needed("kind")
    if "+" in cells.word("id"):
        cells.fault("id", "may not hold +, which joins states that a source does not separate")
    named = sorted(column for column in cells.values if re.fullmatch(r"name_[a-z]{2,3}", column))
    return _made(
        cells,
        lambda: Party(
            id=_id(cells),
            name=cells.needed("name"),
            kind=kind or PartyKind.UNKNOWN,
            part_of=cells.word("part_of") or None,
            country=cells.word("country") or None,
            aliases=cells.list("aliases"),
            exists=cells.date("exists"),
            successors=cells.words("successors"),
            codes=tuple(_pair(cells, code) for code in cells.list("codes")),
            names=tuple((column[5:], text) for column in named if (text := cells.text(column))),
            source=cells.text("source"),
            verified=verified is None or verified,
            remark=cells.text("remark"),
        ),
    )


def statement(cells: Cells, names: Resolver) -> Statement | None:
    """A row of the sheet statements; an empty ``movement`` is a movement of its own, named as the statement."""
    names.rested()
    when = cells.date("when")
    item = names.item(cells)
    mode = cells.choice("mode", Mode)
    if not cells.text("mode"):
        cells.fault("mode", f"is empty; write one of {', '.join(mode.value for mode in Mode)}")
    given, taken = names.party(cells, "from", when), names.party(cells, "to", when)
    if not cells.text("from") and not cells.text("to"):
        cells.fault("from, to", "both are empty; name at least one (unknown-supplier, unknown-recipient)")
    return _made(
        cells,
        lambda: Statement(
            id=_id(cells),
            movement=cells.word("movement") or cells.word("id"),
            source=names.source(cells),
            item=item.id if item else "",
            from_party=given,
            to_party=taken,
            via=names.parties(cells, "via", when),
            quantity=cells.quantity("quantity", names.unit(cells, item)),
            when=when,
            mode=mode or Mode.EXPORT,
            stage=cells.choice("stage", Stage) or Stage.DELIVERED,
            funding=cells.choice("funding", Funding) or Funding.UNKNOWN,
            payer=names.party(cells, "payer", when),
            authorised=cells.yes("authorised"),
            made_in=names.party(cells, "made_in", cells.date("made")),
            made=cells.date("made"),
            condition=cells.choice("condition", Condition) or Condition.UNKNOWN,
            value=_money(cells),
            marks=cells.list("marks"),
            place=place_of(cells),
            chain=cells.text("chain") or None,
            link=cells.whole("link", 0, 10_000),
            claimant=cells.text("claimant"),
            allegation=cells.text("allegation"),
            allegation_status=cells.text("allegation_status"),
            designation=cells.text("designation"),
            reporter=names.party(cells, "reporter", when),
            criteria=cells.list("criteria"),
            tiv=cells.number("tiv", 0, _MOST),
            tiv_per_unit=cells.number("tiv_per_unit", 0, _MOST),
            level=cells.choice("level", ProvenanceLevel),
            namings=tuple(sorted({*cells.list("namings"), *names.rested()})),
            locator=cells.text("locator"),
            grade=cells.grade("grade"),
            remark=cells.text("remark"),
        ),
    )


def count(cells: Cells, names: Resolver) -> Count | None:
    """A row of the sheet counts."""
    when = cells.date("when")
    item = names.item(cells)
    basis = cells.choice("basis", Basis)
    if not cells.text("basis"):
        cells.fault("basis", f"is empty; write one of {', '.join(basis.value for basis in Basis)}")
    return _made(
        cells,
        lambda: Count(
            id=_id(cells),
            source=names.source(cells),
            holder=names.holder(cells, when),
            item=item.id if item else "",
            quantity=cells.quantity("quantity", names.unit(cells, item)),
            when=when,
            basis=basis or Basis.CLAIM,
            place=place_of(cells),
            condition=cells.text("condition"),
            marks=cells.list("marks"),
            materiality=cells.number("materiality", 0, _MOST),
            sampling=_sampling(cells),
            claimant=cells.text("claimant"),
            locator=cells.text("locator"),
            grade=cells.grade("grade"),
            remark=cells.text("remark"),
        ),
    )


def population(cells: Cells, names: Resolver) -> Population | None:
    """A row of the sheet populations."""
    when = cells.date("when")
    unit = cells.choice("unit", Unit)
    if not cells.text("unit"):
        cells.fault("unit", "is empty; write items, rounds or tonnes")
    made = _made(
        cells,
        lambda: Population(
            id=_id(cells),
            title=cells.needed("title"),
            holder=names.holder(cells, when),
            unit=unit or Unit.ITEMS,
            size=cells.quantity("size", unit or Unit.ITEMS),
            sites=cells.whole("sites", 1, 1_000_000),
            when=when,
            design=cells.choice("design", Design) or Design.UNKNOWN,
            level=cells.choice("level", ProvenanceLevel) or ProvenanceLevel.IMAGERY,
            territory=names.parties(cells, "territory", when),
            source=names.source(cells),
            locator=cells.text("locator"),
            note=cells.text("note"),
        ),
    )
    if made and made.misnamed:
        cells.fault("id", made.misnamed)
        return None
    return made


def sighting(cells: Cells, names: Resolver, populations: Mapping[str, Unit]) -> Sighting | None:
    """A row of the sheet sightings; ``populations`` are the units of all that the file and the case know."""
    when, made = cells.date("when"), cells.date("made")
    item = names.item(cells)
    inside = cells.word("population") or None
    if inside and inside not in populations:
        cells.fault("population", f"unknown population {inside!r}; add it to the sheet populations")
    share = cells.share("share")
    if share is not None and not inside:
        cells.fault("share", "needs the population it is a share of; fill the column population")
    return _made(
        cells,
        lambda: Sighting(
            id=_id(cells),
            source=names.source(cells),
            holder=names.holder(cells, when),
            item=item.id if item else "",
            population=inside,
            quantity=cells.quantity("quantity", names.unit(cells, item, populations.get(inside) if inside else None)),
            minimum=cells.whole("minimum", 1, _MOST),
            share=share,
            made_in=names.party(cells, "made_in", made),
            designed_in=names.party(cells, "designed_in"),
            supplied_by=names.party(cells, "supplied_by"),
            made=made,
            recoverer=names.party(cells, "recoverer", when),
            place=place_of(cells),
            when=when,
            level=cells.choice("level", ProvenanceLevel) or ProvenanceLevel.IMAGERY,
            marks=cells.list("marks"),
            marking_condition=cells.text("marking_condition"),
            evidence=tuple(_hash(text) for text in cells.list("evidence")),
            known_by=cells.text("known_by"),
            same_as=cells.word("same_as") or None,
            chain=cells.text("chain") or None,
            locator=cells.text("locator"),
            grade=cells.grade("grade"),
            remark=cells.text("remark"),
        ),
    )


def incident(cells: Cells, names: Resolver) -> Incident | None:
    """A row of the sheet incidents. ``sightings`` are checked by the caller, when all are known."""
    when = cells.date("when")
    return _made(
        cells,
        lambda: Incident(
            id=_id(cells),
            source=names.source(cells),
            what=cells.needed("what"),
            qualified_by=cells.needed("qualified_by"),
            when=when,
            place=place_of(cells),
            parties=names.parties(cells, "parties", when),
            sightings=cells.words("sightings"),
            locator=cells.text("locator"),
            grade=cells.grade("grade"),
            remark=cells.text("remark"),
        ),
    )


def verification(cells: Cells) -> Verification | None:
    """A row of the sheet verifications. Without an id it is one person's answer on one aspect of one file, which a
    later row of the same person revises. Whether the case has the file is checked by the caller."""
    aspect, answer = cells.choice("aspect", Aspect), cells.choice("answer", Answer)
    for column, kind in (("aspect", Aspect), ("answer", Answer)):
        if not cells.text(column):
            cells.fault(column, f"is empty; write one of {', '.join(member.value for member in kind)}")
    evidence, person = _hash(cells.needed("evidence")), cells.needed("person")
    if evidence and not _SHA256.fullmatch(evidence):
        cells.fault("evidence", f"{evidence!r} is no SHA-256 of a file; copy its 64 signs from `evidence list`")
        return None
    if person:
        try:
            checked_name(person)
        except BadValueError as error:
            cells.fault("person", error)
    aspect = aspect or Aspect.ORIGIN
    return _made(
        cells,
        lambda: Verification(
            id=cells.word("id") or verification_id(evidence, aspect, person),
            evidence=evidence,
            person=person,
            aspect=aspect,
            answer=answer or Answer.UNDETERMINED,
            method=cells.needed("method"),
            reason=cells.needed("reason"),
            finding=cells.text("finding"),
        ),
    )


def _hash(text: str) -> str:
    """A SHA-256 in its one form; anything else as it is."""
    small = bare(text).lower()
    return small if _SHA256.fullmatch(small) else text


def _id(cells: Cells) -> str:
    cells.needed("id")
    return cells.word("id")


def _made(cells: Cells, make: Callable[[], R]) -> R | None:
    """The record, or None with every fault noted. A record's own complaints are faults too."""
    try:
        record = make()
    except ValidationError as error:
        for detail in error.errors():
            column = ".".join(str(part) for part in detail["loc"])
            cells.fault(column or "row", detail["msg"].removeprefix("Value error, "))
        return None
    for column in ("id", "movement"):
        if len(cells.word(column)) > LONGEST_KEY:
            cells.fault(column, f"is longer than {LONGEST_KEY} characters; shorten it")
    return None if cells.faults else record


def place_of(cells: Cells) -> Place | None:
    """The place of a row, from its four columns; None where all are empty."""
    latitude, longitude = cells.number("latitude", -90, 90), cells.number("longitude", -180, 180)
    if (latitude is None) != (longitude is None):
        cells.fault("latitude, longitude", "only one of the two is filled")
    precision = cells.choice("precision", Precision)
    name = cells.text("place")
    if not name and latitude is None and precision is None:
        return None
    return Place(name=name, latitude=latitude, longitude=longitude, precision=precision or Precision.LOCALITY)


def _sampling(cells: Cells) -> Sampling | None:
    direction = cells.choice("sample_direction", SamplingDirection)
    figures = {name: cells.whole(f"sample_{name}", 0, _MOST) for name in ("of", "drawn", "matched")}
    if direction is None and all(value is None for value in figures.values()):
        return None
    for name, value in {"direction": direction, **figures}.items():
        if value is None:
            cells.fault(f"sample_{name}", "is empty; a sample needs its direction, what it was drawn from, and matches")
    if cells.faults or direction is None:
        return None
    return Sampling(
        direction=direction,
        random=cells.yes("sample_random") or False,
        strata=cells.text("sample_strata"),
        **{name: value for name, value in figures.items() if value is not None},
    )


def _money(cells: Cells) -> Money | None:
    amount = cells.quantity("value", Unit.ITEMS)
    year = cells.whole("price_year", 1800, 2200)
    currency = cells.text("currency")
    if not amount.known and not currency:
        return None
    if not currency:
        cells.fault("currency", "is empty; a value needs its currency, for example USD")
    return Money(amount=amount, currency=currency, price_year=year)


def _pair(cells: Cells, text: str) -> tuple[str, str]:
    scheme, sign, code = (part.strip() for part in text.partition("="))
    if not (scheme and sign and code):
        cells.fault("codes", f"{text!r} is not scheme=code, for example alpha-2=IQ")
    return scheme, code


def placed(record: Party, cells: Cells, directory: Directory) -> Party:
    """The party with the parties that it refers to as ids; a reference to nobody is a fault."""

    def known(column: str, text: str) -> str:
        try:
            return directory.resolve(text, record.exists).id
        except UnknownNameError as error:
            cells.fault(column, error)
            return text

    return record.model_copy(
        update={
            "part_of": known("part_of", record.part_of) if record.part_of else None,
            "country": known("country", record.country) if record.country else None,
            "successors": tuple(known("successors", text) for text in record.successors),
        }
    )
