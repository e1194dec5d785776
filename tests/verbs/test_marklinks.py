"""marks links, link, unlink and trace --policy strict on a real case."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from takingstock.case import Rows, open_case
from takingstock.cli.app import app
from takingstock.records import (
    BadValueError,
    ConflictError,
    DateRange,
    Mode,
    Quantity,
    Sighting,
    Source,
    Statement,
    UnknownNameError,
)
from takingstock.records.likelihood import percent
from takingstock.verbs import init
from takingstock.verbs.link import link_merge
from takingstock.verbs.marklinks import mark_link, mark_link_proposed, mark_links, mark_unlink
from takingstock.verbs.marks import shared_marks
from takingstock.verbs.trace import trace

ITEM = "rifle.assault.ak.akm"


def moved(
    key: str, start: str, end: str, when: str, number: str, mode: Mode = Mode.EXPORT, **fields: object
) -> Statement:
    given = {"item": ITEM, "source": "s", "id": key, "movement": key, "mode": mode, "grade": "A1"}
    given |= {"from_party": start, "to_party": end, "when": DateRange.parse(when), "quantity": Quantity.parse(number)}
    return Statement.model_validate(given | fields)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    init(folder, title="A case")
    rows = Rows(
        sources=(Source(id="s", title="t"), Source(id="t", title="t")),
        statements=(
            moved("x", "ROU", "iraqi-army", "2001", "60", made_in="ROU", marks=("lot 7-12",)),
            moved("y", "BGR", "iraqi-army", "2002", "60", made_in="BGR", marks=("serial: AB1",)),
            moved("b", "iraqi-army", "krg", "2003", "60", Mode.RETRANSFER),
            moved("c", "iraqi-army", "islamic-state", "2014", "60", Mode.CAPTURE),
            moved("lic", "ROU", "iraqi-army", "2000", "60", stage="authorised"),
        ),
        sightings=(
            Sighting(
                id="seen",
                source="s",
                holder="islamic-state",
                item=ITEM,
                quantity=Quantity.exact(20),
                when=DateRange.parse("2015"),
                marks=("lot 7-12",),
            ),
        ),
    )
    with open_case(folder) as opened:
        opened.write(rows, actor="A", reason="r")
    return folder


def shares(folder: Path, policy: str = "strict", **fields: object) -> dict[str, float]:
    (item,) = trace(folder, "islamic-state", policy=policy, draws=0, **fields).items  # type: ignore[arg-type]
    return {one.party: pytest.approx(one.share) for one in item.origins}


def run(*words: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    return done.exit_code, done.stdout, done.stderr


def test_a_proposal_is_linked_followed_and_taken_back(case: Path) -> None:
    with pytest.raises(BadValueError, match="no link stands"):
        shares(case)
    (one,) = mark_links(case).proposals
    assert (one.receipt, one.issue, one.quantity.best) == ("x", "c", 20)
    made = mark_link_proposed(case, "1", person="Amal", reason="crates with the same stencil")
    assert (made.links[0].sightings, made.links[0].mark) == (("seen",), one.mark)
    assert "rests on seen" in made.notes[0]
    assert mark_links(case).proposals == ()
    assert shares(case) == {"ROU": 0.6, "BGR": 0.4}
    assert shares(case, "proportional") == {"ROU": 0.5, "BGR": 0.5}
    drawn = trace(case, "islamic-state", policy="strict", draws=20).items[0]
    assert any("1 standing link(s)" in caution.words and "In draws" in caution.words for caution in drawn.cautions)

    with pytest.raises(UnknownNameError, match="no link 'nonsense' stands"):
        mark_unlink(case, "nonsense", person="Amal", reason="r")
    mark_unlink(case, made.links[0].id, person="Amal", reason="another stencil")
    with open_case(case) as opened:
        (row,) = opened.ledger().marklinks
    assert (row.withdrawn, row.reason) == (True, "crates with the same stencil")
    assert [proposal.id for proposal in mark_links(case).proposals] == [one.id]
    with pytest.raises(BadValueError, match="no link stands"):
        shares(case)
    again = mark_link_proposed(case, one.id, quantity=10, person="Bushra", reason="ten crates")
    assert again.links[0].quantity.best == 10
    assert not mark_link_proposed_again(case)


def mark_link_proposed_again(case: Path) -> bool:
    """Said again it is no news: no row, no event."""
    before = mark_links(case).revision
    made = mark_link(case, "x", "c", mark="lot 7-12", quantity=10, sightings=["seen"], person="C", reason="I too")
    return bool(made.links) or made.revision != before


def test_what_a_link_rests_on_is_said(case: Path) -> None:
    with open_case(case) as opened:
        blank = Sighting(id="blank", source="s", holder="islamic-state", item=ITEM)
        opened.write(Rows(sightings=(blank,)), actor="A", reason="r")
    given = {"mark": "lot 7-12", "person": "A", "reason": "r"}
    made = mark_link(case, "x", "c", **given, quantity=1)  # type: ignore[arg-type]
    assert "the link is your word" in made.notes[0]
    made = mark_link(case, "x", "c", **given, quantity=2, sightings=["blank"])  # type: ignore[arg-type]
    assert made.notes == ("c: no statement bears the mark", "blank does not bear the mark as it is written")
    made = mark_link(case, "x", "c", **given, quantity=3, sightings=["seen", "blank"])  # type: ignore[arg-type]
    assert [note.partition(";")[0] for note in made.notes] == [
        "c: no statement bears the mark",
        "blank does not bear the mark as it is written",
    ]


def test_a_link_follows_its_movements_into_a_merge(case: Path) -> None:
    mark_link(case, "x", "c", mark="lot 7-12", quantity=20, person="A", reason="r")
    with open_case(case) as opened:
        more = moved("a", "ROU", "iraqi-army", "2001", "60", made_in="ROU", source="t")
        opened.write(Rows(statements=(more,)), actor="A", reason="r")
    link_merge(case, ["a", "x"], person="A", reason="one shipment")
    assert shares(case) == {"ROU": 0.6, "BGR": 0.4}
    (held,) = mark_links(case).links
    assert held.receipt == "a"


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"mark": "lot 9"}, BadValueError, "no record in the case bears that mark"),
        ({"mark": "lot 7-12", "receipt": "z"}, UnknownNameError, "no movement 'z'"),
        ({"mark": "lot 7-12", "receipt": "c"}, BadValueError, "named twice"),
        ({"mark": "lot 7-12", "receipt": "c", "issue": "x"}, BadValueError, "link neighbours only"),
        ({"mark": "lot 7-12", "receipt": "lic"}, BadValueError, "authorised, not delivered"),
        ({"mark": "lot 7-12", "kind": "serial"}, BadValueError, "leave one of the two out"),
        ({"mark": "7-12", "kind": "factory"}, BadValueError, "many items by nature"),
        ({"mark": "triangle"}, BadValueError, "no serial and no lot"),
        ({"mark": "lot 7-12", "quantity": 0.0}, BadValueError, "above zero"),
        ({"mark": "serial AB1", "quantity": 2.0, "receipt": "y"}, BadValueError, "one item bears a serial"),
        ({"mark": "AB1..AB9"}, BadValueError, "one by one"),
        ({"mark": "lot 7-12", "sightings": ["s9"]}, UnknownNameError, "no sighting 's9'"),
        ({"mark": "lot 7-12", "quantity": 61.0}, ConflictError, "moved 60 at most and by its links supplies 61"),
        ({"mark": "lot 7-12", "reason": " "}, BadValueError, "say why"),
    ],
)
def test_what_cannot_be_linked_says_what_to_do(case: Path, given: dict[str, object], error: type, says: str) -> None:
    words = {"receipt": "x", "issue": "c", "person": "A", "reason": "r"} | given
    before = mark_links(case).revision
    with pytest.raises(error, match=says):
        mark_link(case, words.pop("receipt"), words.pop("issue"), **words)  # type: ignore[arg-type]
    assert mark_links(case).revision == before


def test_no_receipt_is_promised_twice(case: Path) -> None:
    mark_link(case, "x", "c", mark="lot 7-12", quantity=50, person="A", reason="r")
    with open_case(case) as opened:
        mark = {"marks": ("lot 8",)}
        opened.write(
            Rows(statements=(moved("x", "ROU", "iraqi-army", "2001", "60", made_in="ROU", **mark),)),
            actor="A",
            reason="r",
        )
    with pytest.raises(ConflictError, match="x moved 60 at most and by its links supplies 70"):
        mark_link(case, "x", "b", mark="lot 8", quantity=20, person="A", reason="r")
    assert mark_link(case, "x", "b", mark="lot 8", quantity=10, person="A", reason="r").links


def test_the_commands(case: Path) -> None:
    code, out, err = run("marks", "links", case, "--format", "json")
    assert code == 0
    assert "1 of 1 proposal(s) can be linked; 0 link(s) stand" in err
    (one,) = json.loads(out)["proposals"]
    assert (one["number"], one["receipt"], one["quantity"], one["unit"]) == (1, "x", "20", "items")
    code, out, err = run("marks", "link", case, "1", "--reason", "stencils", "--by", "Amal", "--format", "json")
    (row,) = json.loads(out)["links"]
    assert (row["person"], row["withdrawn"]) == ("Amal", False)
    code, out, _ = run("trace", case, "--holder", "islamic-state", "--policy", "strict", "--draws", 0)
    assert code == 0
    assert "1 standing link(s)" in out
    code, out, _ = run("marks", "unlink", case, row["id"], "--reason", "no")
    assert "withdrawn" in out
    code, out, _ = run("marks", "link", case, "x", "c", "--mark", "lot 7-12", "--quantity", 5, "--reason", "r")
    assert "stands" in out
    for wrong, says in ((["x", "c"], "say by which mark"), (["1", "--mark", "7"], "name both movements")):
        with pytest.raises(BadValueError, match=says):
            run("marks", "link", case, *wrong, "--reason", "r")
    # What is asked most needs no second word.
    assert run("marks", case, "lot 7-12")[1] == run("marks", "find", case, "lot 7-12")[1]


def test_at_redaction_public_no_mark_is_printed(case: Path) -> None:
    mark_link(case, "x", "c", mark="lot 7-12", quantity=5, person="A", reason="stencil 7-12")
    for form in ("table", "json", "csv"):
        _, out, _ = run("marks", "links", case, "--redaction", "public", "--format", form)
        assert "7-12" not in out
        assert mark_links(case).links[0].id not in out
    assert shared_marks(case).proposals


PAGE = (Path(__file__).parents[2] / "docs" / "marks.md").read_text(encoding="utf-8")


def test_the_worked_example(tmp_path: Path) -> None:
    text = PAGE[PAGE.index("## Tracing with links") :]
    tables = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    told, answers = tables[2:6], tables[8:12]
    named = {"Romania": "ROU", "Bulgaria": "BGR", "Iraqi Army": "iraqi-army", "Islamic State": "islamic-state"}
    named["Kurdistan Regional Government"] = "krg"
    statements = []
    for key, ends, when, number in told:
        start, end = (named[name] for name in ends.split(" → "))
        mark = {"marks": ("lot 7",)} if key == "`x`" else {}
        made = {"made_in": start} if len(start) == 3 else {}
        statements.append(moved(key.strip("`"), start, end, when, number, **mark, **made))  # type: ignore[arg-type]
    folder = tmp_path / "case"
    init(folder, title="A case")
    with open_case(folder) as opened:
        opened.write(Rows(sources=(Source(id="s", title="t"),), statements=tuple(statements)), actor="A", reason="r")
    assert "**20** of the goods of `c` are linked to `x`" in text
    mark_link(folder, "x", "c", mark="lot 7", quantity=20, person="A", reason="r")
    assert len(answers) == 4
    for holder, origin, mixed, strict in answers:
        for policy, printed in (("proportional", mixed), ("strict", strict)):
            (item,) = trace(folder, named[holder], policy=policy, draws=0).items
            found = {one.party: one.share for one in item.origins}
            assert percent(found[named[origin]]) == printed
    (caution,) = (
        one
        for one in trace(folder, "islamic-state", policy="strict", draws=0).items[0].cautions
        if one.kind == "rests-on-links"
    )
    for figure in re.findall(r"\((\d+\.\d %)\)", text):
        assert figure in caution.words
