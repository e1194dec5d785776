"""names: a register with names that nobody knows, from review to the ledger, and a rule taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from takingstock.case import open_case
from takingstock.cli.app import app
from takingstock.exchange.csvtext import csv_rows
from takingstock.exchange.files import read_grids
from takingstock.exchange.names_sheet import HEADS, SPEC
from takingstock.linkage.designations import SAME_RULE
from takingstock.records import BadValueError, UnknownNameError
from takingstock.verbs import import_file, init, verify
from takingstock.verbs.names import names_in, names_list, names_out, names_why, names_withdraw

HEAD = (
    "SIPRI AT Database ID,Supplier,Recipient,Designation,Description,Armament category,Order date,"
    "Order date is estimate,Numbers delivered,Numbers delivered is estimate,Delivery year,"
    "Delivery year is estimate,Status,SIPRI estimate,TIV deal unit,TIV delivery values,Local production\n"
)
TAIL = "2004,No,10,No,2005,No,New,2,2,20,No\n"
# Figures are made up; only the forms are the register's.
ROWS = (
    "1,Russia,Iraq,122mm 2S1 Gvozdika,self-propelled gun,Artillery," + TAIL,  # read by the rule
    "2,Russia,Iraq,Zubr-77,tank,Armoured vehicles," + TAIL,  # stands under tank
    "3,Atlantis,Iraq,T-72M1,tank,Armoured vehicles," + TAIL,  # waits: nobody knows the supplier
    "4,Russia,Iraq,RG-1,ray gun,Artillery," + TAIL,  # waits: nobody knows the description
    "5,Czechoslovakai,Iraq,T-72M1,tank,Armoured vehicles," + TAIL.replace("2004", "1984").replace("2005", "1985"),
)


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "register.csv"
    path.write_text(HEAD + "".join(ROWS), encoding="utf-8")
    return path


@pytest.fixture
def case(tmp_path: Path, register: Path) -> Path:
    folder = tmp_path / "case"
    init(folder, title="A case")
    report = import_file(folder, register)
    assert (report.read, report.ledger, report.review, report.rejected) == (5, 3, 2, 0)
    return folder


def items(case: Path) -> dict[str, str]:
    with open_case(case) as opened:
        return {one.id: one.item for one in opened.ledger().statements}


def fill(path: Path, answers: dict[str, dict[str, str]]) -> None:
    grids, _ = read_grids(path, SPEC.score)
    grid = next(one for one in grids if one.header(SPEC.score) is not None)
    rows = [list(cells[: len(HEADS)]) + [""] * (len(HEADS) - len(cells)) for _, cells in grid.rows]
    for row in rows[1:]:
        for head, value in answers.get(row[1], {}).items():
            row[HEADS.index(head)] = value
    path.write_text(csv_rows(rows), encoding="utf-8", newline="")


def test_the_rule_refines_the_broad_class_and_leaves_its_row(case: Path) -> None:
    assert items(case)["sipri-at-1-2005"] == "artillery.self-propelled.2s1"
    assert items(case)["sipri-at-2-2005"] == "tank"
    found = names_list(case)
    by_text = {naming.text: naming for naming in found.namings}
    naming = by_text["122mm 2S1 Gvozdika"]
    assert (naming.rule, naming.fallback, naming.usage) == (
        SAME_RULE,
        "artillery.self-propelled",
        "sipri/self-propelled gun",
    )
    assert dict(found.resting)[naming.id] == 1
    assert by_text["Czechoslovakai"].meaning == "CSK"
    with open_case(case) as opened:
        statement = opened.ledger().statement_by_id["sipri-at-1-2005"]
        assert statement.namings == (naming.id,)


def test_from_review_to_the_ledger(case: Path, register: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "names.csv"
    made = names_out(case, sheet)
    assert (made.items, made.parties) == (2, 1)
    fill(
        sheet,
        {
            "Atlantis": {"meaning": "Iran", "reason": "the letter says so"},
            "Zubr-77": {"meaning": "T-72", "person": "Ben"},
            "RG-1": {"meaning": "artillery"},
        },
    )
    taken = names_in(case, sheet, person="Ann")
    assert (taken.read, taken.taken, taken.unanswered, taken.rejects) == (3, 3, 0, ())
    assert names_in(case, sheet, person="Ann").taken == 0
    report = import_file(case, register)
    assert (report.ledger, report.review) == (5, 0)
    with open_case(case) as opened:
        statements = opened.ledger().statement_by_id
    assert statements["sipri-at-3-2005"].from_party == "IRN"
    assert statements["sipri-at-2-2005"].item == "tank.t-72"
    assert statements["sipri-at-4-2005"].item == "artillery"
    people = {naming.person for naming in names_list(case).namings if naming.person}
    assert people == {"Ann", "Ben"}
    assert (names_out(case, sheet).items, names_out(case, sheet).parties) == (0, 0)
    assert verify(case).sound


def test_a_name_that_a_person_says_is_none_is_not_asked_again(case: Path, register: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "names.csv"
    names_out(case, sheet)
    fill(sheet, {"Zubr-77": {"not known": "yes"}, "Atlantis": {"not known": "yes"}})
    assert names_in(case, sheet, person="Ann").taken == 2
    report = import_file(case, register)
    assert (report.ledger, report.review) == (3, 2)
    assert items(case)["sipri-at-2-2005"] == "tank"
    assert names_out(case, sheet).parties == 0


def test_a_rule_is_taken_back_in_one_event_and_comes_back_with_the_register(case: Path, register: Path) -> None:
    before = items(case)
    with open_case(case) as opened:
        revision = opened.revision
    made = names_withdraw(case, rule=SAME_RULE, actor="Ann")
    assert made.revision == revision + 1
    assert (made.fallen, made.gone) == (("sipri-at-1-2005",), ())
    assert items(case)["sipri-at-1-2005"] == "artillery.self-propelled"
    assert [naming.text for naming in names_list(case).namings] == ["Czechoslovakai"]
    withdrawn = names_list(case, withdrawn=True).namings
    assert {naming.text: naming.withdrawn for naming in withdrawn} == {
        "122mm 2S1 Gvozdika": True,
        "Czechoslovakai": False,
    }
    import_file(case, register)
    assert items(case) == before
    assert verify(case).sound


def test_a_party_taken_back_takes_the_statement_out_and_says_so(case: Path, register: Path) -> None:
    before = items(case)
    made = names_withdraw(case, rule="party-1", actor="Ann", reason="one letter is too many")
    assert (made.fallen, made.gone) == ((), ("sipri-at-5-1985",))
    assert set(before) - set(items(case)) == {"sipri-at-5-1985"}
    import_file(case, register)
    assert items(case) == before


def test_withdrawing_needs_to_know_what(case: Path) -> None:
    with pytest.raises(BadValueError, match="say what to withdraw"):
        names_withdraw(case, actor="Ann")
    with pytest.raises(UnknownNameError, match="rules that said something: designation-1, party-1"):
        names_withdraw(case, rule="designation-9", actor="Ann")


def test_importing_again_changes_nothing(case: Path, register: Path) -> None:
    with open_case(case) as opened:
        head = opened.head
    report = import_file(case, register)
    assert report.unchanged == 3
    with open_case(case) as opened:
        assert opened.head == head


def test_why_tells_how_a_name_is_read(case: Path) -> None:
    found = names_why(case, "M60", description="tank")
    assert found.item.meaning == "tank.m60" or found.item.candidates
    assert names_why(case, "M60 machine gun").item.meaning == "machine-gun.general-purpose.m60"
    party = names_why(case, "Yugoslavia", when="1985").party
    assert (party.meaning, party.why) == ("YUG", "a name of the table")


def test_the_commands(case: Path, tmp_path: Path) -> None:
    run = CliRunner()
    sheet = tmp_path / "names.xlsx"
    assert run.invoke(app, ["names", "out", str(case), str(sheet)]).exit_code == 0
    assert sheet.is_file()
    taken = run.invoke(app, ["names", "in", str(case), str(sheet), "--by", "Ann", "--format", "json"])
    assert taken.exit_code == 0
    listed = run.invoke(app, ["names", "list", str(case), "--format", "json"])
    value = json.loads(listed.stdout)
    assert {row["rule"] for row in value["namings"]} == {"designation-1", "party-1"}
    why = run.invoke(app, ["names", "why", str(case), "BTR-82A(M)", "--format", "csv"])
    assert "ifv.btr-82a" in why.stdout
    back = run.invoke(app, ["names", "withdraw", str(case), "--rule", "party-1", "--format", "json"])
    assert json.loads(back.stdout)["gone"] == ["sipri-at-5-1985"]
    assert "names withdrawn" in _last_reason(case)


def _last_reason(case: Path) -> str:
    with open_case(case) as opened:
        return opened.events()[-1].reason


MAPPING = """\
{name}:
  source: {{id: {name}, title: A register, kind: official}}
  queries:
    - entities:
        one:
          schema: Statement
          keys: [No]
          key_literal: {name}
          properties:
            item: {{column: Goods}}
            from: {{column: From}}
            to: {{literal: Iraq}}
            mode: {{literal: export}}
"""


def mapped(case: Path, folder: Path, name: str, rows: str) -> tuple[int, int]:
    (folder / f"{name}.yml").write_text(MAPPING.format(name=name), encoding="utf-8")
    (folder / f"{name}.csv").write_text(f"No,Goods,From\n{rows}", encoding="utf-8")
    report = import_file(case, folder / f"{name}.csv", mapping=folder / f"{name}.yml")
    return report.ledger, report.review


@pytest.mark.parametrize("everywhere", [False, True])
def test_an_answer_binds_where_it_was_asked_unless_the_cell_is_cleared(
    tmp_path: Path, register: Path, everywhere: bool
) -> None:
    """Also where a file was in review as a whole, so that no event says who read it."""
    case = tmp_path / "case"
    init(case, title="A case")
    assert mapped(case, tmp_path, "one", "1,T-72M1,Atlantis\n") == (0, 1)
    assert mapped(case, tmp_path, "two", "1,T-72M1,Atlantis\n2,T-72M1,Hungary\n3,Tonk,Hungary\n") == (1, 2)
    register.write_text(HEAD + ROWS[2], encoding="utf-8")
    assert import_file(case, register).review == 1
    sheet = tmp_path / "names.csv"
    names_out(case, sheet)
    grid = next(one for one in read_grids(sheet, SPEC.score)[0])
    rows = [list(cells) for _, cells in grid.rows]
    asked = {(row[1], row[HEADS.index("register")]) for row in rows[1:]}
    assert asked == {
        ("Atlantis", "mapping/one"),
        ("Atlantis", "mapping/two"),
        ("Atlantis", "sipri"),
        ("Tonk", "mapping/two"),
    }
    filled = [row for row in rows[1:] if row[HEADS.index("register")] == "mapping/one"]
    for row in filled:
        row[HEADS.index("meaning")] = "Iran"
        if everywhere:
            row[HEADS.index("register")] = ""
    sheet.write_text(csv_rows([rows[0], *filled]), encoding="utf-8", newline="")
    assert names_in(case, sheet, person="Ann").taken == 1
    assert mapped(case, tmp_path, "one", "1,T-72M1,Atlantis\n") == (1, 0)
    assert mapped(case, tmp_path, "two", "1,T-72M1,Atlantis\n") == ((1, 0) if everywhere else (0, 1))
    assert import_file(case, register).review == (0 if everywhere else 1)
