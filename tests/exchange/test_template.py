"""The template's reader: forgiving headers, names resolved, every row in exactly one place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from takingstock.exchange import read_template
from takingstock.records import (
    BadFileError,
    Coverage,
    DateRange,
    Ledger,
    Mode,
    Party,
    PartyKind,
    Population,
    Quantity,
    Source,
    Stage,
    Unit,
)
from takingstock.reference.parties import directory

Write = Callable[..., Path]
SOURCES = "id,title\nsrc,A source\n"
HEAD = "id,source,item,from,to,quantity,unit,when,mode\n"


def reasons(path: Path, ledger: Ledger | None = None) -> list[str]:
    return [row.reason for row in read_template(path, ledger).rejected]


def test_a_sound_folder(folder: Path) -> None:
    reading = read_template(folder)
    assert (reading.reader, reading.read, reading.ledger, reading.rejected, reading.review) == (
        "template",
        5,
        5,
        (),
        (),
    )
    first, second = reading.statements
    assert (first.from_party, first.to_party, first.mode) == ("USA", "iraqi-army", Mode.EXPORT)
    assert first.quantity == Quantity.exact(140)
    assert (second.from_party, second.to_party) == ("IRQ", "depot-n")
    assert second.stage is Stage.DELIVERED


def test_forgiving_headers(write: Write) -> None:
    head = "\ufeff ID ;Source; Weapon-Type ;SUPPLIER;Recipient;Qty;;Delivery  Date;Mode;Colour\n"
    path = write("t", sources=SOURCES, statements=head + "a;src;tank;United States;Iraq;2;;2009;export;red\n\n;;;\n")
    reading = read_template(path)
    assert (reading.read, reading.ledger) == (2, 2)
    assert (reading.statements[0].from_party, reading.statements[0].when) == ("USA", DateRange.parse("2009"))
    assert [note for note in reading.notes if "Colour" in note]


def test_arabic_headers(write: Write) -> None:
    head = "المعرّف,المصدر,الصنف,المورّد,المستلم,الكمية,التاريخ,mode\n"
    path = write("t", sources=SOURCES, statements=head + "a,src,tank,USA,العراق,٥,٢٠١٤,export\n")
    (statement,) = read_template(path).statements
    assert (statement.from_party, statement.to_party, statement.quantity.low) == ("USA", "IRQ", 5)


def test_a_name_is_read_at_its_date(write: Write) -> None:
    rows = "a,src,tank,Soviet Union,Iraq,2,,1985,export\nb,src,tank,Yugoslavia,Iraq,2,,1980,export\n"
    first, second = read_template(write("t", sources=SOURCES, statements=HEAD + rows)).statements
    assert (first.from_party, second.from_party) == ("SUN", "YUG")


def test_one_sheet_is_recognised_by_its_header_and_uses_the_case(write: Write) -> None:
    ledger = Ledger(
        title="",
        revision=1,
        head="",
        sources=(Source(id="src", title="A source"),),
        parties=(Party(id="depot-9", name="Depot Nine", kind=PartyKind.DEPOT),),
    )
    path = write("mine.csv", HEAD + "a,src,tank,Depot Nine,Iraq,1,,2010,return\n")
    assert read_template(path, ledger).statements[0].from_party == "depot-9"
    assert "unknown source 'src'" in reasons(path)[0]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a,src,tank,Hungry,Iraq,1,,2010,export", ["from: unknown party: 'Hungry'", "HUN"]),
        ("a,src,tank.t-7,USA,Iraq,1,,2010,export", ["item: ", "'tank.t-7'", "did you mean"]),
        ("a,scr,tank,USA,Iraq,1,,2010,export", ["source: unknown source 'scr'", "did you mean src"]),
        ("a,src,tank,USA,Iraq,-1,,2010,export", ["quantity: negative quantity"]),
        ("a,src,tank,USA,Iraq,1,,2010-02-30,export", ["when: impossible date"]),
        ("a,src,tank,USA,Iraq,1,rounds,2010,export", ["unit: tank is counted in items, not in rounds"]),
        ("a,src,tank,,,1,,2010,export", ["from, to: both are empty"]),
        ("a,src,tank,USA,Iraq,1,,2010,", ["mode: is empty"]),
        (",src,tank,USA,Iraq,1,,2010,export", ["id: is empty"]),
        ("a,src,tank,USA,Iraq,1,,2010,export,7", ["1 cells more than the header"]),
        (f"{'a' * 501},src,tank,USA,Iraq,1,,2010,export", ["id: is longer than 500"]),
    ],
)
def test_a_bad_row_is_rejected_with_its_line_and_reason(write: Write, row: str, words: list[str]) -> None:
    path = write("t", sources=SOURCES, statements=f"{HEAD}good,src,tank,USA,Iraq,1,,2010,export\n{row}\n")
    reading = read_template(path)
    assert (reading.read, reading.ledger) == (3, 2)
    (rejected,) = reading.rejected
    assert (rejected.sheet, rejected.line) == ("statements", 3)
    for word in words:
        assert word in rejected.reason
    assert dict(rejected.row)["item"] == row.split(",")[2]


def test_all_faults_of_a_row_are_named_once(write: Write) -> None:
    path = write("t", sources=SOURCES, statements=HEAD + "a,src,tank,USA,Nowhere,-3,,2010-13,xport\n")
    (reason,) = reasons(path)
    assert [part.split(":")[0] for part in reason.split("; ") if part.split(":")[0] in {"when", "mode", "to"}] == [
        "when",
        "mode",
        "to",
    ]
    assert reason.count("negative quantity") == 1


def test_a_row_that_repeats_another_is_fine(write: Write) -> None:
    row = "a,src,tank,USA,Iraq,1,,2010,export\n"
    reading = read_template(write("t", sources=SOURCES, statements=HEAD + row + row))
    assert (reading.read, reading.ledger, reading.rejected) == (3, 3, ())
    assert [note for note in reading.notes if "1 rows repeat" in note]


def test_one_id_for_two_contents_is_taken_in_no_order(write: Write) -> None:
    row = "a,src,tank,USA,Iraq,1,,2010,export\n"
    other, good = row.replace("2010", "2011"), row.replace("a,", "b,", 1)
    for rows in ([row, row, other, good], [other, row, good, row], [good, row, row, other]):
        reading = read_template(write("t", sources=SOURCES, statements=HEAD + "".join(rows)))
        assert [statement.id for statement in reading.statements] == ["b"]
        assert (reading.read, reading.ledger, len(reading.rejected)) == (5, 2, 3)
        assert not [note for note in reading.notes if "repeat" in note]
        lines = dict(enumerate(rows, start=2))
        for rejected in reading.rejected:
            named = [line for line in lines if f"stands in line {line} with other content" in rejected.reason]
            assert len(named) == 1
            assert {lines[named[0]], lines[rejected.line]} == {row, other}


def test_one_id_in_two_sheets_and_a_faulty_rival(write: Write) -> None:
    good = "a,src,tank,USA,Iraq,1,,2010,export\n"
    for rows in (good + good.replace(",1,", ",1.5x,"), good.replace(",1,", ",1.5x,") + good):
        first, second = reasons(write("t", sources=SOURCES, statements=HEAD + rows))
        assert "stands in line 3" in first
        assert "stands in line 2" in second
        assert sum("not a quantity" in reason for reason in (first, second)) == 1


def test_a_file_of_one_id_is_not_slow(write: Write) -> None:
    rows = "".join(f"a,title {n}\n" for n in range(4000))
    found = reasons(write("sources.csv", "id,title\n" + rows))
    assert len(found) == 4000
    assert "line 2, line 3, line 4, line 5, line 6 with other content" in found[-1]


def test_a_source_that_two_rows_tell_differently_is_known_to_no_row(write: Write) -> None:
    path = write("t", sources="id,title\nsrc,A\nsrc,B\nok,C\n", statements=HEAD + "a,src,tank,USA,,1,,2010,export\n")
    reading = read_template(path)
    assert ([source.id for source in reading.sources], reading.statements) == (["ok"], ())
    assert "unknown source 'src'" in reading.rejected[-1].reason


@pytest.mark.parametrize("figure", ["1,5", "3,7..4,2", "100 20", "2004,2005", "1.000..2.000"])
def test_a_figure_whose_signs_part_no_thousands(write: Write, figure: str) -> None:
    rows = f'a,src,tank,USA,Iraq,"{figure}",tonnes,2010,export\nb,src,tank,USA,Iraq,"1,500",,2010,export\n'
    reading = read_template(write("t", sources=SOURCES, statements=HEAD + rows))
    assert [(statement.id, statement.quantity.low) for statement in reading.statements] == [("b", 1500)]
    assert reading.rejected[0].reason.startswith("quantity: ")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a,src,tank,USA,Iraq,1,,2010,loss", "a loss has no recipient"),
        ("a,src,tank,USA,Iraq,1,,2010,destruction", "a destruction has no recipient"),
        ("a,src,tank,USA,United States,1,,2010,export", "from and to are both USA"),
        ("a,src,tank,USA,USA,1,,2010,licensed-production", "from and to are both USA"),
    ],
)
def test_what_is_no_change_of_custody_is_rejected(write: Write, row: str, words: str) -> None:
    more = "b,src,tank,USA,,1,,2010,loss\nc,src,tank,USA,USA,1,,2010,production\n"
    reading = read_template(write("t", sources=SOURCES, statements=f"{HEAD}{row}\n{more}"))
    assert [statement.id for statement in reading.statements] == ["b", "c"]
    (rejected,) = reading.rejected
    assert words in rejected.reason


def test_errors_of_a_spreadsheet_program_in_a_csv(write: Write) -> None:
    head = HEAD.replace("mode", "mode,remark")
    rows = "#REF!,src,tank,USA,Iraq,1,,2010,export,\nb,src,tank,USA,Iraq,1,,2010,export,#N/A\n#N,B\n"
    reading = read_template(write("t", sources=SOURCES, statements=head + rows))
    assert (reading.read, [row.line for row in reading.rejected]) == (3, [2, 3])
    assert "id: the cell holds the error #REF!" in reading.rejected[0].reason
    assert "remark: the cell holds the error #N/A" in reading.rejected[1].reason


def test_marks_of_no_width_around_a_name_do_not_count(write: Write) -> None:
    rows = "\u200ba,\u200bsrc,tank\ufeff,\u200bUSA,Iraq,\u200b1,,2010,export\n"
    (statement,) = read_template(write("t", sources=SOURCES, statements=HEAD + rows)).statements
    assert (statement.id, statement.movement, statement.source, statement.from_party) == ("a", "a", "src", "USA")


# -- cycles ------------------------------------------------------------------------------------------------------


def test_sources_that_repeat_each_other_are_rejected_with_what_rests_on_them(write: Write) -> None:
    rows = ["p,P,q", "q,Q,r", "r,R,p", "z,Z,z", "on,On,p", "ok,Ok,"]
    for turned in (rows, rows[::-1]):
        reading = read_template(write("sources.csv", "id,title,derives_from\n" + "\n".join(turned) + "\n"))
        assert [source.id for source in reading.sources] == ["ok"]
        said = {dict(row.row)["id"]: row.reason for row in reading.rejected}
        assert "cannot repeat itself: 'q' → 'r' → 'p' → 'q'" in said["q"]
        assert "cannot repeat itself: 'z' → 'z'" in said["z"]
        assert "unknown source 'p'" in said["on"]


def test_a_cycle_that_closes_in_the_case(write: Write) -> None:
    there = (Source(id="a", title="A", derives_from=("b",)), Source(id="b", title="B"), Source(id="c", title="C"))
    ledger = Ledger(title="", revision=1, head="", sources=there)
    reading = read_template(write("sources.csv", "id,title,derives_from\nb,B,a\nc,C,a\n"), ledger)
    assert [source.id for source in reading.sources] == ["c"]
    assert "'b' → 'a' → 'b'" in reading.rejected[0].reason
    both = read_template(write("sources.csv", "id,title,derives_from\nb,B,a\na,A,\n"), ledger)
    assert both.rejected == ()


def test_parties_that_are_part_of_each_other(write: Write) -> None:
    head = "id,name,kind,part_of\n"
    rows = ["u,Unit U,unit,Unit V", "v,Unit V,unit,u", "w,Unit W,unit,w", "x,Unit X,unit,u", "y,Unit Y,unit,IRQ"]
    for turned in (rows, rows[::-1]):
        reading = read_template(write("parties.csv", head + "\n".join(turned) + "\n"))
        assert [party.id for party in reading.parties] == ["y"]
        said = {dict(row.row)["id"]: row.reason for row in reading.rejected}
        assert "part_of: a party cannot be part of itself: 'u' → 'v' → 'u'" in said["u"]
        assert "'w' → 'w'" in said["w"]
        assert "unknown party: 'u'" in said["x"]


def test_a_party_of_the_reference_tables_put_below_its_own_part(write: Write) -> None:
    rows = "own,Own,unit,iraqi-army\niraqi-army,Iraqi Army,force,own\n"
    reading = read_template(write("parties.csv", "id,name,kind,part_of\n" + rows))
    assert reading.parties == ()
    there = (Party(id="own", name="Own", kind=PartyKind.UNIT, part_of="iraqi-army"),)
    ledger = Ledger(title="", revision=1, head="", parties=there)
    only = "id,name,kind,part_of\niraqi-army,Iraqi Army,force,own\n"
    assert "'iraqi-army' → 'own' → 'iraqi-army'" in reasons(write("parties.csv", only), ledger)[0]


def test_a_party_that_replaces_one_of_the_reference_tables_is_said(write: Write) -> None:
    ours = directory().get("iraqi-army")
    rows = f"USA,Not America,armed-group\n{ours.id},{ours.name},{ours.kind.value}\nnew,New,unit\n"
    reading = read_template(write("parties.csv", "id,name,kind\n" + rows))
    assert len(reading.parties) == 3
    (note,) = reading.notes
    assert "line 2: USA replaces the party United States (state)" in note
    assert "Not America (armed-group)" in note


def test_a_party_that_falls_takes_what_names_it_along(write: Write) -> None:
    parties = (
        "id,name,kind,part_of\ncorps,Corps,force,nowhere-land\nunit-1,Unit One,unit,corps\nunit-2,Unit Two,unit,\n"
    )
    rows = "a,src,tank,unit-1,Iraq,1,,2010,return\nb,src,tank,unit-2,Iraq,1,,2010,return\n"
    reading = read_template(write("t", sources=SOURCES, parties=parties, statements=HEAD + rows))
    assert [party.id for party in reading.parties] == ["unit-2"]
    assert [statement.id for statement in reading.statements] == ["b"]
    assert [(row.sheet, row.line) for row in reading.rejected] == [("parties", 2), ("parties", 3), ("statements", 2)]


def test_a_party_may_be_named_before_and_by_name(write: Write) -> None:
    parties = "id,name,kind,part_of,country\nu,Unit One,unit,The Corps,Irak\nc,The Corps,force,,Iraq\n"
    unit = read_template(write("t", parties=parties)).parties[1]
    assert (unit.part_of, unit.country) == ("c", "IRQ")


def test_sources(write: Write) -> None:
    text = (
        "id,title,derives_from,coverage_period,coverage_items,read\n"
        "r,Register,,1995..,tank; armour,no\np,Paper,r,,,\nq,Quote,missing,?,,\n"
    )
    reading = read_template(write("t", sources=text))
    paper, register = reading.sources
    assert register.coverage == Coverage(period=DateRange.parse("1995.."), items=("tank", "armour"))
    assert (register.read, paper.read, paper.coverage, paper.derives_from) == (False, True, None, ("r",))
    assert "'missing'" in reading.rejected[0].reason


def test_sightings_stand_in_their_population(write: Write) -> None:
    populations = "id,title,holder,unit,size,source\np14,Cartridges,islamic-state,rounds,~1730,src\n"
    sightings = (
        "id,source,holder,item,population,quantity,unit,share,made_in\n"
        "ok,src,islamic-state,ammunition.cartridge,p14,492,,,RUS+SUN\n"
        "share,src,islamic-state,ammunition.cartridge,p14,,,28.4%,CHN\n"
        "no-population,src,islamic-state,ammunition.cartridge,,,,0.2,CHN\n"
        "other,src,islamic-state,ammunition.cartridge,p15,,,0.2,CHN\n"
        "mixed,src,islamic-state,rifle.assault.ak,p14,4,,,CHN\n"
        "mixed-too,src,islamic-state,ammunition.cartridge,p14,4,items,,CHN\n"
    )
    reading = read_template(write("t", sources=SOURCES, populations=populations, sightings=sightings))
    assert [sighting.id for sighting in reading.sightings] == ["ok", "share"]
    assert reading.sightings[0].quantity == Quantity.exact(492, Unit.ROUNDS)
    assert reading.sightings[1].share == pytest.approx(0.284)
    words = ["needs the population", "unknown population 'p15'", "never mixed", "never mixed"]
    for rejected, word in zip(reading.rejected, words, strict=True):
        assert word in rejected.reason


def test_a_population_of_the_case_is_known(write: Write) -> None:
    ledger = Ledger(
        title="",
        revision=1,
        head="",
        sources=(Source(id="src", title="A source"),),
        populations=(Population(id="p", title="P", holder="islamic-state", unit=Unit.ITEMS, source="src"),),
    )
    path = write("sightings.csv", "id,source,holder,item,population,share\na,src,islamic-state,tank,p,0.5\n")
    assert read_template(path, ledger).sightings[0].population == "p"


def test_money_and_place_must_be_whole(write: Write) -> None:
    head = "id,source,item,from,mode,value,currency,price_year,latitude,longitude\n"
    rows = "a,src,tank,USA,export,1000,USD,2010,,\nb,src,tank,USA,export,5,,,,\nc,src,tank,USA,export,,,,36,\n"
    reading = read_template(write("t", sources=SOURCES, statements=head + rows))
    value = reading.statements[0].value
    assert value
    assert (value.amount.low, value.currency, value.price_year) == (1000, "USD", 2010)
    assert "needs its currency" in reading.rejected[0].reason
    assert "only one of the two" in reading.rejected[1].reason


def test_a_missing_column_names_the_sheet_the_column_and_what_is_there(write: Write) -> None:
    path = write("t", sources=SOURCES, statements="id,source,from,to,mode\na,src,USA,Iraq,export\n")
    with pytest.raises(BadFileError, match=r"statements.*column item is missing.*id, source, from, to, mode"):
        read_template(path)
    lone = write("statements.csv", "id,weapon\na,tank\n")
    with pytest.raises(BadFileError, match="source, mode"):
        read_template(lone)


@pytest.mark.parametrize("text", ["what,ever\n1,2\n", "just a text\n", "1\n2\n"])
def test_a_table_of_something_else_is_refused(write: Write, text: str) -> None:
    with pytest.raises(BadFileError):
        read_template(write("other.csv", text))


def test_a_missing_file_and_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="no file"):
        read_template(tmp_path / "absent.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadFileError, match=r"statements\.csv"):
        read_template(tmp_path / "empty")


def test_a_foreign_file_in_the_folder_is_said(write: Write, folder: Path) -> None:
    (folder / "prices.csv").write_text("a,b\n1,2\n")
    assert [note for note in read_template(folder).notes if "prices.csv" in note]


def test_progress_reaches_the_end(folder: Path) -> None:
    steps: list[tuple[int, int]] = []
    read_template(folder, progress=lambda done, total: steps.append((done, total)))
    assert steps[0] == (0, 5)
    assert steps[-1] == (5, 5)
    assert steps == sorted(steps)


def test_rows_in_any_order_give_the_same_records(write: Write, folder: Path) -> None:
    text = (folder / "statements.csv").read_text()
    head, *rows = text.splitlines()
    other = write(
        "other",
        sources=(folder / "sources.csv").read_text(),
        parties=(folder / "parties.csv").read_text(),
        statements="\n".join([head, *reversed(rows)]) + "\n",
    )
    assert read_template(other).statements == read_template(folder).statements
