"""Export, import, export: the same bytes; a workbook says the same as the folder; nothing runs as a formula."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from takingstock.case import create
from takingstock.exchange import blank_template, load, read_template, write_template
from takingstock.exchange.columns import SHEETS
from takingstock.exchange.grid import trim
from takingstock.exchange.workbook import read_workbook
from takingstock.records import (
    Answer,
    Aspect,
    BadFileError,
    BadValueError,
    Basis,
    Condition,
    Count,
    Coverage,
    DateRange,
    Design,
    Funding,
    Grade,
    Incident,
    Ledger,
    Mode,
    Money,
    Party,
    PartyKind,
    Place,
    Population,
    Precision,
    ProvenanceLevel,
    Quantity,
    Reliability,
    Sighting,
    Source,
    SourceKind,
    Stage,
    Statement,
    Unit,
    Verification,
)
from takingstock.records.person import checked_name

ids = st.text(st.sampled_from("abcdefgh-0123"), min_size=1, max_size=6)
signs = st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")) | st.sampled_from("\n\r\u200b\ufeff")
texts = st.text(signs, max_size=12).map(trim)
some = texts.filter(bool)
lists = st.lists(some, max_size=3, unique=True).map(tuple)
states = st.sampled_from(["USA", "IRQ", "RUS+SUN", "islamic-state", "iraqi-army"])
maybe_state = st.none() | states
items = st.sampled_from(["tank.m1.m1a1", "rifle.assault.ak", "pistol", "weapons"])
days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
dates = st.one_of(
    st.just(DateRange()),
    days.map(DateRange.day),
    st.integers(1900, 2100).map(lambda year: DateRange.parse(str(year))),
    st.tuples(days, days).map(lambda pair: DateRange(first=min(pair), last=max(pair))),
    days.map(lambda day: DateRange(first=day)),
    days.map(lambda day: DateRange(last=day)),
)
numbers = st.integers(0, 10**14) | st.floats(0, 1e9, allow_nan=False).map(abs)


def quantities(unit: Unit) -> st.SearchStrategy[Quantity]:
    return st.one_of(
        st.just(Quantity(unit=unit)),
        st.builds(lambda value, about: Quantity.exact(value, unit, about=about), numbers, st.booleans()),
        numbers.map(lambda value: Quantity(low=value, unit=unit)),
        numbers.map(lambda value: Quantity(high=value, unit=unit)),
        st.lists(numbers, min_size=3, max_size=3, unique=True).map(
            lambda three: Quantity(low=min(three), mode=sorted(three)[1], high=max(three), unit=unit)
        ),
    )


amounts = st.sampled_from([Unit.ITEMS, Unit.TONNES]).flatmap(quantities)
grades = st.builds(lambda a, b: Grade.parse(a + b), st.sampled_from("ABCDEF"), st.sampled_from("123456"))
degrees = st.floats(-90, 90, allow_nan=False).map(lambda value: value + 0.0)
places = st.none() | st.one_of(
    st.builds(Place, name=some, precision=st.sampled_from(Precision)),
    st.builds(Place, name=texts, latitude=degrees, longitude=degrees, precision=st.sampled_from(Precision)),
)
coverages = st.none() | st.builds(
    Coverage,
    period=dates,
    items=st.lists(items, max_size=2).map(tuple),
    parties=st.lists(states, max_size=2).map(tuple),
    note=texts,
)
shared = {"source": st.just("src"), "locator": texts, "grade": grades, "remark": texts}
makings = st.sampled_from([Mode.PRODUCTION, Mode.CRAFT_PRODUCTION])
ways = st.one_of(
    st.tuples(st.sampled_from([mode for mode in Mode if not mode.ends]), states, maybe_state).filter(
        lambda way: way[1] != way[2]
    ),
    st.tuples(st.sampled_from([mode for mode in Mode if mode.ends]), states, st.none()),
    st.tuples(makings, states, states),
)


def statement(way: tuple[Mode, str, str | None], **fields: Any) -> Statement:
    mode, given, taken = way
    return Statement(mode=mode, from_party=given, to_party=taken, **fields)


statements = st.builds(
    statement,
    ways,
    id=ids,
    movement=ids,
    item=items,
    via=st.lists(states, max_size=2).map(tuple),
    quantity=amounts,
    when=dates,
    stage=st.sampled_from(Stage),
    funding=st.sampled_from(Funding),
    payer=maybe_state,
    authorised=st.none() | st.booleans(),
    made_in=maybe_state,
    made=dates,
    condition=st.sampled_from(Condition),
    value=st.none()
    | st.builds(Money, amount=quantities(Unit.ITEMS), currency=some, price_year=st.none() | st.integers(1900, 2030)),
    marks=lists,
    place=places,
    chain=st.none() | some,
    link=st.none() | st.integers(0, 99),
    claimant=texts,
    allegation=texts,
    allegation_status=texts,
    designation=texts,
    **shared,
)
counts = st.builds(
    Count,
    id=ids,
    holder=states,
    item=items,
    quantity=amounts,
    when=dates,
    basis=st.sampled_from(Basis),
    place=places,
    condition=texts,
    claimant=texts,
    **shared,
)


def seen(quantity: Quantity, minimum: int | None, **more: object) -> Sighting:
    """A sighting whose minimum is not above its quantity, which no record may say."""
    if minimum is not None and quantity.high is not None and minimum > quantity.high:
        minimum = None
    return Sighting(quantity=quantity, minimum=minimum, **more)  # type: ignore[arg-type]


sightings = st.builds(
    seen,
    id=ids,
    holder=states,
    item=items,
    population=st.none(),
    quantity=amounts,
    made_in=maybe_state,
    designed_in=maybe_state,
    supplied_by=maybe_state,
    made=dates,
    recoverer=maybe_state,
    place=places,
    when=dates,
    level=st.sampled_from(ProvenanceLevel),
    marks=lists,
    marking_condition=texts,
    evidence=lists,
    minimum=st.none() | st.integers(1, 10**12),
    known_by=texts,
    chain=st.none() | some,
    **shared,
)
counted = st.builds(
    lambda sighting, share: sighting.model_copy(update={"population": "pop", "share": share, "quantity": Quantity()}),
    sightings,
    st.none() | st.floats(0, 1).map(abs),
)
parties = st.builds(
    Party,
    id=ids.map(lambda id: f"own-{id}"),
    name=some,
    kind=st.sampled_from(PartyKind),
    part_of=st.none() | st.just("iraqi-army"),
    country=st.none() | st.just("IRQ"),
    aliases=lists,
    exists=dates,
    successors=st.just(()),
    codes=st.sampled_from([(), (("alpha-2", "IQ"),)]),
    names=st.sampled_from([(), (("ar", "جيش"),), (("ar", "جيش"), ("fr", "armée"))]),
    source=texts,
    verified=st.booleans(),
    remark=texts,
)
sources = st.builds(
    Source,
    id=ids,
    title=some,
    publisher=texts,
    kind=st.sampled_from(SourceKind),
    published=dates,
    url=texts,
    reliability=st.sampled_from(Reliability),
    derives_from=st.sampled_from([(), ("src",)]),
    coverage=coverages,
    licence=texts,
    read=st.booleans(),
    note=texts,
)
SOURCE = Source(id="src", title="The source")
POPULATION = Population(
    id="pop",
    title="A population",
    holder="islamic-state",
    unit=Unit.ITEMS,
    size=Quantity.exact(1832, about=True),
    sites=111,
    design=Design.PURPOSIVE,
    territory=("IRQ", "SYR"),
    source="src",
)


incidents = st.builds(
    Incident,
    id=ids,
    what=some,
    qualified_by=some,
    when=dates,
    place=places,
    parties=st.lists(states, max_size=2).map(tuple),
    **shared,
)


def is_name(text: str) -> bool:
    """Whether a text is the name of a person in its plain form."""
    try:
        return checked_name(text) == text
    except BadValueError:
        return False


verifications = st.builds(
    Verification,
    id=ids,
    evidence=st.sampled_from(["a" * 64, "1e5" + "0" * 61, "0" * 64]),
    person=some.filter(is_name),
    aspect=st.sampled_from(Aspect),
    answer=st.sampled_from(Answer),
    method=some,
    reason=some,
    finding=texts,
)


def several(kind: st.SearchStrategy[object]) -> st.SearchStrategy[list[object]]:
    return st.lists(kind, max_size=3, unique_by=lambda record: record.id)  # type: ignore[attr-defined]


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    def table(kind: st.SearchStrategy[object], *fixed: object) -> tuple[object, ...]:
        taken = {record.id for record in fixed}  # type: ignore[attr-defined]
        drawn = [record for record in draw(several(kind)) if record.id not in taken]  # type: ignore[attr-defined]
        return tuple(sorted((*fixed, *drawn), key=lambda record: record.id))

    return Ledger.model_validate(
        {
            "title": "",
            "revision": 1,
            "head": "",
            "sources": table(sources, SOURCE),
            "parties": table(parties),
            "statements": table(statements),
            "counts": table(counts),
            "populations": (POPULATION,),
            "sightings": table(sightings | counted),
            "incidents": table(incidents),
            "verifications": table(verifications),
        }
    )


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*.csv"))}


def as_ledger(path: Path) -> Ledger:
    reading = read_template(path)
    assert reading.rejected == ()
    tables = {spec.name: reading.rows(spec.name) for spec in SHEETS}
    return Ledger.model_validate({"title": "", "revision": 1, "head": "", **tables})


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(ledger=ledgers())
def test_export_import_export(tmp_path_factory: pytest.TempPathFactory, ledger: Ledger) -> None:
    folder = tmp_path_factory.mktemp("trip")
    write_template(ledger, folder / "one")
    back = as_ledger(folder / "one")
    assert back == ledger
    write_template(back, folder / "two")
    assert files(folder / "one") == files(folder / "two")


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(ledger=ledgers())
def test_a_workbook_says_the_same(tmp_path_factory: pytest.TempPathFactory, ledger: Ledger) -> None:
    folder = tmp_path_factory.mktemp("book")
    book = write_template(ledger, folder / "book.xlsx")
    again = write_template(ledger, folder / "again.xlsx")
    assert book.read_bytes() == again.read_bytes()
    back = as_ledger(book)
    for spec in SHEETS:
        for was, read in zip(getattr(ledger, spec.name), getattr(back, spec.name), strict=True):
            assert read.model_dump() == was.model_dump()


def test_through_a_case(folder: Path, tmp_path: Path) -> None:
    with create(tmp_path / "one", "T") as one, create(tmp_path / "two", "T") as two:
        load(one, folder)
        first = write_template(one.ledger(), tmp_path / "first")
        load(two, first)
        second = write_template(two.ledger(), tmp_path / "second")
        assert two.ledger().statements == one.ledger().statements
    assert files(first) == files(second)
    assert sorted(files(first)) == sorted(f"{spec.name}.csv" for spec in SHEETS)


def test_codes_and_names_get_columns_only_on_need(tmp_path: Path) -> None:
    plain = Ledger(title="", revision=1, head="", parties=(Party(id="a", name="A", kind=PartyKind.FORCE),))
    head = (write_template(plain, tmp_path / "p") / "parties.csv").read_text().splitlines()[0]
    assert head.split(",") == [column.name for column in SHEETS[1].columns if not column.optional]
    named = plain.parties[0].model_copy(update={"names": (("fr", "Armée"),), "codes": (("x", "1"),)})
    head = (write_template(plain.model_copy(update={"parties": (named,)}), tmp_path / "n") / "parties.csv").read_text()
    assert "codes" in head.splitlines()[0]
    assert head.splitlines()[0].endswith("name_fr")


def test_formulas_are_defused_in_both_forms(tmp_path: Path) -> None:
    ledger = Ledger(title="", revision=1, head="", sources=(Source(id="s", title='=HYPERLINK("x")', note="-2+3"),))
    text = (write_template(ledger, tmp_path / "f") / "sources.csv").read_text(encoding="utf-8")
    (row,) = csv.DictReader(text.splitlines())
    assert (row["title"], row["note"]) == ('\'=HYPERLINK("x")', "'-2+3")
    for path in (tmp_path / "f", write_template(ledger, tmp_path / "f.xlsx")):
        assert as_ledger(path).sources == ledger.sources


def test_a_text_too_long_for_a_workbook_is_refused_and_not_cut(tmp_path: Path) -> None:
    ledger = Ledger(title="", revision=1, head="", sources=(Source(id="s", title="T", note="x" * 32_768),))
    with pytest.raises(BadFileError, match="note of 's' is too long"):
        write_template(ledger, tmp_path / "f.xlsx")
    assert not (tmp_path / "f.xlsx").exists()
    assert as_ledger(write_template(ledger, tmp_path / "f")).sources == ledger.sources


def test_a_place_that_cannot_be_written_is_one_clear_error(write: Callable[..., Path]) -> None:
    with pytest.raises(BadFileError, match="cannot be written"):
        write_template(Ledger(title="", revision=1, head=""), write("file", "x") / "below")
    with pytest.raises(BadFileError, match="cannot be written"):
        blank_template(write("file", "x") / "below.xlsx")


def test_the_blank_template(tmp_path: Path) -> None:
    path = blank_template(tmp_path / "blank.xlsx")
    grids = {grid.name: grid for grid in read_workbook(path)}
    assert list(grids) == ["read me", *(spec.name for spec in SHEETS)]
    for spec in SHEETS:
        header, example = grids[spec.name].rows
        assert header[1] == tuple(column.name for column in spec.columns if not column.optional)
        assert example[1][0].startswith("# ")
    assert read_template(path).read == 0
    assert path.read_bytes() == blank_template(tmp_path / "again.xlsx").read_bytes()


def test_the_examples_of_the_blank_template_are_sound(tmp_path: Path) -> None:
    """With the comment signs taken off, every example line is a row that goes in."""
    folder = tmp_path / "examples"
    folder.mkdir()
    for grid in read_workbook(blank_template(tmp_path / "blank.xlsx"))[1:]:
        with (folder / f"{grid.name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([cell.removeprefix("# ") for cell in cells] for _, cells in grid.rows)
    reading = read_template(folder)
    assert reading.rejected == ()
    assert reading.ledger == 20


ENDS = ("a\rb", "a\r\nb", "a\nb", "\u2028a\u2029b", 'q"\r"', "a\x0bb")


@pytest.mark.parametrize("text", [*ENDS, "\u200bzero width", "\ufeffa mark", "x" * 200_000, "'#N/A", "#REF!", "=1\r=2"])
def test_a_text_comes_back_whole(tmp_path: Path, text: str) -> None:
    ledger = Ledger(
        title="",
        revision=1,
        head="",
        sources=(Source(id="s", title="T", publisher=text, note=text),),
        parties=(Party(id="p", name="P", kind=PartyKind.DEPOT, aliases=(text, "other"), remark=text),),
    )
    first = write_template(ledger, tmp_path / "one")
    assert as_ledger(first) == ledger
    assert files(write_template(as_ledger(first), tmp_path / "two")) == files(first)
    if len(text) < 32_000:
        assert as_ledger(write_template(ledger, tmp_path / "one.xlsx")) == ledger


@pytest.mark.parametrize("figure", [12.345, 0.125, 999.001, 1.0001, 1234.567])
def test_a_figure_with_three_decimals_is_no_thousands(tmp_path: Path, figure: float) -> None:
    span = Quantity(low=figure, mode=figure + 1, high=figure + 2, unit=Unit.TONNES)
    both = tuple(
        Count(id=id, source="src", holder="IRQ", item="pistol", quantity=quantity, basis=Basis.CLAIM)
        for id, quantity in (("a", Quantity.exact(figure, Unit.TONNES)), ("b", span))
    )
    ledger = Ledger(title="", revision=1, head="", sources=(SOURCE,), counts=both)
    assert as_ledger(write_template(ledger, tmp_path / "f")) == ledger
