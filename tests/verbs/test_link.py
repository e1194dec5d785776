"""link, end to end: two state reports and a register count one transfer once, and everything can be taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from takingstock.case import Rows, open_case
from takingstock.cli.app import app
from takingstock.records import (
    BadValueError,
    ConflictError,
    DateRange,
    LinkKind,
    Mode,
    Quantity,
    Source,
    SourceKind,
    Statement,
    UnknownNameError,
)
from takingstock.verbs import import_file, init, trace
from takingstock.verbs.desk import at_desk
from takingstock.verbs.link import (
    link_apart,
    link_apply,
    link_list,
    link_merge,
    link_parts,
    link_show,
    link_split,
    link_undo,
    link_withdraw,
)
from takingstock.verbs.shapes.linking import link_show_table

HEAD = (
    "Reporting State,Calendar year,Flow,Category of arms,Partner,Number of items,State of origin,"
    "Intermediate location,Description of item,Comments on the transfer\n"
)
# Figures are made up.
EXPORTS = HEAD + "Bulgaria,2010,exports,I,Iraq,137,,,T-72,\n"
IMPORTS = HEAD + "Iraq,2010,imports,I,Bulgaria,137,,,T-72,\n"


def register(key: str, quantity: str, item: str = "tank.t-72") -> Statement:
    return Statement(
        id=key,
        movement=key,
        source="register",
        item=item,
        from_party="BGR",
        to_party="IRQ",
        quantity=Quantity.parse(quantity),
        when=DateRange.parse("2010"),
        mode=Mode.EXPORT,
    )


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    init(folder, title="A case")
    for name, text in (("exports.csv", EXPORTS), ("imports.csv", IMPORTS)):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        report = import_file(folder, path, reader="unroca")
        assert (report.rejected, report.review) == (0, 0)
    with open_case(folder) as opened:
        source = Source(id="register", title="A register", kind=SourceKind.REGISTER)
        rows = Rows(sources=(source,), statements=(register("reg-1", "137"), register("reg-2", "10", "tank.t-55")))
        opened.write(rows, actor="t", reason="r")
    return folder


def received(case: Path) -> float:
    found = trace(case, "IRQ", item="tank.t-72", draws=0)
    return sum(one.total for one in found.items)


def movements(case: Path) -> int:
    with at_desk(case) as desk:
        return len({one.movement for one in desk.ledger.statements})


def revision(case: Path) -> int:
    with open_case(case) as opened:
        return opened.revision


def test_one_transfer_counts_once_and_a_split_restores(case: Path) -> None:
    assert received(case) == 3 * 137
    assert movements(case) == 4
    before = revision(case)
    made = link_apply(case, person="Ada")
    assert revision(case) == before + 1
    (merge,) = made.linkings
    assert len(merge.movements) == 3
    assert received(case) == 137
    assert movements(case) == 2
    assert link_apply(case, person="Ada").linkings == ()
    assert revision(case) == before + 1
    shown = link_show(case, merge.movements[-1])
    assert len(shown.statements) == 3
    assert shown.movement.conflicts == ()
    link_split(case, merge.movements[0], ["reg-1"], person="Ada", reason="another lot")
    assert received(case) == 2 * 137
    assert link_apply(case, person="Ada").linkings == ()
    split = next(one for one in link_list(case).linkings if one.kind is LinkKind.SPLIT)
    with pytest.raises(ConflictError, match="another lot"):
        link_merge(case, [split.into, merge.movements[-1]], person="Ada", reason="after all")
    link_undo(case, split.id, person="Ada", reason="the same lot after all")
    assert received(case) == 137


def test_what_a_person_undid_the_rule_never_joins_again(case: Path) -> None:
    (merge,) = link_apply(case, person="Ada").linkings
    before = revision(case)
    made = link_undo(case, merge.id, person="Ada", reason="two shipments")
    assert revision(case) == before + 1
    assert {one.kind for one in made.linkings} == {LinkKind.MERGE, LinkKind.APART}
    assert received(case) == 3 * 137
    assert link_list(case).suggestions == ()
    assert link_apply(case, person="Ada").linkings == ()
    with pytest.raises(ConflictError, match="two shipments"):
        link_merge(case, merge.movements[:2], person="Ada", reason="one after all")
    apart = next(one for one in made.linkings if one.kind is LinkKind.APART)
    link_undo(case, apart.id, person="Ada", reason="a mistake")
    assert link_apply(case, person="Ada").linkings[0].id == merge.id
    assert received(case) == 137


def test_a_rule_is_taken_back_whole_and_may_join_again(case: Path) -> None:
    link_apply(case, person="Ada")
    link_withdraw(case, rule="transfer-1", person="Ada", reason="a newer rule")
    assert received(case) == 3 * 137
    with pytest.raises(UnknownNameError, match="none"):
        link_withdraw(case, rule="transfer-1", person="Ada", reason="again")
    assert len(link_apply(case, person="Ada").linkings) == 1


def test_persons_join_and_hold_apart(case: Path) -> None:
    link_apart(case, ["reg-1", "reg-2"], person="Ada", reason="other types")
    keys = [one.movements for one in link_list(case).suggestions]
    assert keys
    export = next(key for pair in keys for key in pair if "-x-" in key)
    made = link_merge(case, [export, "reg-1"], person="Ada", reason="letter of the ministry")
    assert made.linkings[0].person == "Ada"
    with pytest.raises(ConflictError, match="other types"):
        link_merge(case, [export, "reg-2"], person="Ada", reason="x")
    with pytest.raises(ConflictError, match="undo"):
        link_apart(case, [export, "reg-1"], person="Ada", reason="x")
    with pytest.raises(BadValueError, match="one movement already"):
        link_merge(case, [export, "reg-1"], person="Ada", reason="x")
    # The rule joins the third report to what the person joined.
    link_apply(case, person="Ada")
    assert received(case) == 137


def test_joining_two_of_one_source_is_said(case: Path) -> None:
    made = link_merge(case, ["reg-1", "reg-2"], person="Ada", reason="two releases under one name")
    assert "not added up" in made.notes[0]


def test_wrong_calls_say_what_to_do(case: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean reg-1"):
        link_show(case, "reg-9")
    with pytest.raises(BadValueError, match="--reason"):
        link_merge(case, ["reg-1", "reg-2"], person="Ada", reason=" ")
    with pytest.raises(BadValueError, match="not under"):
        link_split(case, "reg-1", ["reg-2"], person="Ada", reason="x")
    with pytest.raises(BadValueError, match="not all"):
        link_split(case, "reg-1", ["reg-1"], person="Ada", reason="x")
    with pytest.raises(UnknownNameError, match="no linking"):
        link_undo(case, "link-x", person="Ada", reason="x")


def test_only_of_a_holder_and_from_a_score(case: Path) -> None:
    every = link_list(case).suggestions
    assert link_list(case, holder="Iraq").suggestions == every
    assert link_list(case, holder="Iran").suggestions == ()
    best = every[0].score
    assert all(one.score >= best for one in link_list(case, min_score=best).suggestions)


def test_the_trace_says_what_may_count_twice(case: Path) -> None:
    told: list[str] = []
    trace(case, "IRQ", draws=0, notice=told.append)
    assert any("link list" in line for line in told)
    link_apply(case, person="Ada")
    told.clear()
    trace(case, "IRQ", draws=0, notice=told.append)
    assert not any("link list" in line for line in told)


def test_the_command_line(case: Path) -> None:
    run = CliRunner()
    table = run.invoke(app, ["link", "list", str(case)])
    assert table.exit_code == 0
    assert "one transfer" in table.output
    assert "same year" in table.output
    made = run.invoke(app, ["link", "apply", str(case), "--by", "Ada", "--format", "json"])
    assert made.exit_code == 0
    (merge,) = json.loads(made.stdout)["linkings"]
    shown = run.invoke(app, ["link", "show", str(case), merge["movements"][0]])
    assert shown.exit_code == 0
    assert "agree" in shown.output
    csv = run.invoke(app, ["link", "show", str(case), merge["movements"][0], "--format", "csv"])
    assert csv.stdout.splitlines()[0].count(",") == 5
    for arguments in (
        ["split", str(case), merge["movements"][0], "reg-1", "--reason", "r", "--by", "Ada"],
        ["withdraw", str(case), "--rule", "transfer-1", "--reason", "r", "--by", "Ada"],
        ["apart", str(case), "reg-2", merge["movements"][1], "--reason", "r", "--by", "Ada"],
        ["merge", str(case), *merge["movements"][1:], "--reason", "r", "--by", "Ada"],
    ):
        done = run.invoke(app, ["link", *arguments])
        assert done.exit_code == 0, (arguments, done.output, done.exception)
    again = json.loads(run.invoke(app, ["link", "list", str(case), "--format", "json"]).stdout)
    merged = next(one for one in again["linkings"] if one["kind"] == "merge" and not one["withdrawn"])
    assert run.invoke(app, ["link", "undo", str(case), merged["id"], "--reason", "r", "--by", "Ada"]).exit_code == 0


@pytest.fixture
def parted(tmp_path: Path) -> Path:
    """An exporter's 100 to the state, the importer's 60 and 40 to two of its bodies, a licence for 120."""
    folder = tmp_path / "parted"
    init(folder, title="A case")

    def said(id: str, source: str, number: str, to: str, stage: str = "delivered", **more: object) -> Statement:
        given = {"item": "tank.t-72", "from_party": "BGR", "when": DateRange.parse("2010"), "mode": "export"} | more
        return Statement(
            id=id, movement=id, source=source, to_party=to, quantity=Quantity.parse(number), stage=stage, **given
        )  # type: ignore[arg-type]

    rows = Rows(
        sources=(Source(id="x", title="exporter"), Source(id="m", title="importer")),
        statements=(
            said("whole", "x", "100", "IRQ"),
            said("a", "m", "60", "iraqi-army"),
            said("b", "m", "40", "iraqi-federal-police"),
            said("lic", "x", "120", "IRQ", "authorised"),
            said("far", "m", "40", "IRN"),
            said("other", "m", "40", "iraqi-army", from_party="ROU"),
            said("late", "m", "40", "iraqi-army", when=DateRange.parse("2015")),
            said("none", "m", "", "iraqi-army"),
        ),
    )
    with open_case(folder) as opened:
        opened.write(rows, actor="A", reason="r")
    return folder


def counted(folder: Path) -> float:
    with at_desk(folder) as desk:
        moved = desk.ledger.movements(desk.directory.part_of)
    return sum(one.quantity.best or 0 for one in moved if one.key in {"whole", "a", "b"})


def test_a_whole_is_not_added_to_its_parts(parted: Path) -> None:
    assert counted(parted) == 200
    made = link_parts(parted, "whole", ["b", "a"], person="Ada", reason="the ministry's list")
    assert counted(parted) == 100
    (row,) = made.linkings
    assert (row.kind, row.movements, row.into) == (LinkKind.PARTS, ("a", "b"), "whole")
    shown = link_show(parted, "a")
    assert [(one.source, str(one.quantity)) for one in shown.statements] == [("m", "60"), ("x", "60")]
    assert shown.movement.to_party == "iraqi-army"
    assert link_list(parted, holder="iraqi-army").revision
    with pytest.raises(UnknownNameError, match="whole is read in its parts a, b"):
        link_show(parted, "whole")
    with pytest.raises(ConflictError, match="a share of what is reported on a whole"):
        link_split(parted, "a", ["whole#of#a"], person="Ada", reason="r")
    with pytest.raises(ConflictError, match="holds them apart"):
        link_merge(parted, ["a", "b"], person="Ada", reason="r")
    with pytest.raises(ConflictError, match="a whole or a part already"):
        link_parts(parted, "whole", ["a", "late"], person="Ada", reason="r")
    link_undo(parted, row.id, person="Ada", reason="two shipments")
    assert counted(parted) == 200


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (["whole", "a"], "two or more other movements"),
        (["whole", "a", "a"], "two or more other movements"),
        (["whole", "a", "whole"], "two or more other movements"),
        (["lic", "a", "b"], "a is delivered and lic authorised: stages of one transfer"),
        (["whole", "a", "far"], "far goes to IRN, which is no part of IRQ"),
        (["whole", "a", "other"], "other comes from ROU, whole from BGR"),
        (["whole", "a", "late"], "is not within the time of whole"),
        (["whole", "a", "none"], "none has no quantity"),
        (["a", "b", "whole"], "whole goes to IRQ, which is no part of iraqi-army|b goes to"),
    ],
)
def test_what_is_no_whole_says_why(parted: Path, keys: list[str], says: str) -> None:
    with pytest.raises(BadValueError, match=says):
        link_parts(parted, keys[0], keys[1:], person="Ada", reason="r")


def test_parts_of_another_sum_are_refused(parted: Path) -> None:
    with open_case(parted) as opened:
        big = opened.ledger().statement_by_id["whole"].model_copy(update={"quantity": Quantity.exact(500)})
        opened.write(Rows(statements=(big,)), actor="A", reason="r")
    with pytest.raises(BadValueError, match="the parts come to 100 and whole to 500: name all of its parts"):
        link_parts(parted, "whole", ["a", "b"], person="Ada", reason="r")


def test_stages_are_shown_stage_by_stage_and_are_no_conflict(parted: Path) -> None:
    link_merge(parted, ["lic", "whole"], person="Ada", reason="the licence of that delivery")
    shown = link_show(parted, "lic")
    assert [(one.stage.value, one.statements, one.conflicts) for one in shown.stages] == [
        ("authorised", ("lic",), ()),
        ("delivered", ("whole",), ()),
    ]
    _, rows = link_show_table(shown)
    assert [row for row in rows if row[0] == "quantity"] == [("quantity", "120", "100", "100", "")]
    with open_case(parted) as opened:
        more = (
            opened.ledger()
            .statement_by_id["whole"]
            .model_copy(update={"id": "third", "source": "m", "quantity": Quantity.exact(70)})
        )
        opened.write(Rows(statements=(more,)), actor="A", reason="r")
    _, rows = link_show_table(link_show(parted, "lic"))
    told = {row[0]: row[-1] for row in rows}
    assert (told["quantity"], told["item"], told["stage"]) == ("delivered: conflict", "delivered: agree", "")


def test_parts_at_the_command_line(parted: Path) -> None:
    words = ["link", "merge", str(parted), "whole", "a", "b", "--parts", "--reason", "r", "--by", "Ada"]
    done = CliRunner().invoke(app, [*words, "--format", "json"], catch_exceptions=False)
    assert json.loads(done.stdout)["linkings"][0]["kind"] == "parts"
    assert counted(parted) == 100
