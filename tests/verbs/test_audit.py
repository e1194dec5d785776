"""The audit as a verb and a command: kinds, follow-ups, adjustments, comparison, exit codes, speed."""

import csv
import json
import shutil
import time
from importlib.resources import files
from pathlib import Path

import pytest

from takingstock.cli.app import main
from takingstock.records import BadValueError, FindingKind, UnknownNameError
from takingstock.verbs import audit, import_file, init
from takingstock.verbs.adjust import adjust
from takingstock.verbs.audit import audited, compared_with, kinds_of
from takingstock.verbs.follow import follow

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
EXTRACT = DATA / "sipri" / "trade_register_extract.csv"
GAO = DATA / "audits" / "gao_07_711.csv"
BOOKS = (FindingKind.NOT_IN_BOOKS,)
PISTOLS = "not-in-books:c-gao-pistols"


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit") / "case"
    init(folder, title="Iraq")
    import_file(folder, Path(str(files("takingstock"))) / "cases" / "iraq")
    return folder


@pytest.fixture
def case(imported, tmp_path):
    return Path(shutil.copytree(imported, tmp_path / "case"))


def run(*arguments):
    with pytest.raises(SystemExit) as stopped:
        main([str(argument) for argument in arguments])
    return stopped.value.code


@pytest.mark.skipif(not GAO.is_file(), reason="the GAO figures are not beside the checkout")
def test_the_figures_of_the_audit_office(case):
    found = {f.item: f for f in audited(case, kinds=BOOKS).findings}
    names = {"AK-47 rifles": "rifle.assault.ak.ak-47", "pistols": "pistol", "body armor items": "equipment.body-armour"}
    with GAO.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            finding = found[names.get(row["item"], "equipment.helmet")]
            assert finding.numerator.best == float(row["difference"])
            assert finding.denominator.best == float(row["issued_or_recorded_a"])


def test_one_kind_and_one_holder(case):
    assert {f.kind for f in audited(case, kinds=BOOKS).findings} == set(BOOKS)
    every = audited(case).findings
    assert every == audit(case)
    mine = audited(case, holder="Hungary").findings
    assert {f.holder for f in mine} == {"HUN"}
    assert len(audited(case, holder="IRQ").findings) > len([f for f in every if f.holder == "IRQ"])
    with pytest.raises(UnknownNameError):
        audited(case, holder="Ruritania")
    with pytest.raises(BadValueError, match="write one of not-in-books"):
        kinds_of(["not-in-book"])


def test_a_follow_up_stands_beside_its_finding_and_is_revised(case):
    follow(case, "c-gao-pistols", owner="inspector", due="2026-12", note="asked", person="A")
    after = follow(case, PISTOLS, status="explained", person="B")
    assert (after.owner, after.status.value, str(after.due), after.note) == (
        "inspector",
        "explained",
        "2026-12",
        "asked",
    )
    found = audited(case, kinds=BOOKS)
    assert found.of(PISTOLS) == after
    assert len(found.followups) == 1
    assert audited(case, kinds=[FindingKind.CLAIMED_CAPTURE]).followups == ()


@pytest.mark.parametrize(
    ("finding", "more", "said"),
    [
        ("c-gao-pistol5", {"owner": "x"}, "no finding"),
        ("not-in-books", {"owner": "x"}, "is a part of 5 findings"),
        (PISTOLS, {}, "--owner"),
        (PISTOLS, {"owner": "x", "status": "done"}, "write one of open, in-work"),
        (PISTOLS, {"owner": "x", "due": "31.12.2026"}, "not a date"),
    ],
)
def test_a_follow_up_that_cannot_be_written(case, finding, more, said):
    with pytest.raises((UnknownNameError, BadValueError), match=said):
        follow(case, finding, person="A", **more)


def test_an_adjustment_changes_the_finding_and_the_comparison_says_so(case):
    given = {"finding": PISTOLS, "direction": "take-off", "quantity": "5000", "when": "2006", "person": "A"}
    first = adjust(case, reason="order 12", **given)
    assert (first.holder, first.item) == ("iraqi-security-forces", "pistol")
    assert adjust(case, reason="order 12", **given) == first
    now, difference = compared_with(case, "2", kinds=BOOKS)
    changed = {c.after.id: (str(c.before.numerator), str(c.after.numerator)) for c in difference.changed}
    assert changed[PISTOLS] == ("~80000", "~75000")
    assert len(changed) == 2  # with the sum over small arms
    assert (difference.new, difference.gone, difference.same) == ((), (), 3)
    assert "order 12" in next(f.caution for f in now.findings if f.id == PISTOLS)
    with pytest.raises(BadValueError, match="reason"):
        adjust(case, reason=" ", **given)
    with pytest.raises(UnknownNameError, match="no source"):
        adjust(case, reason="x", source="nowhere", **given)
    with pytest.raises(BadValueError, match="--holder and --item"):
        adjust(case, reason="x", **(given | {"finding": ""}))


def test_what_is_explained_in_full_fails_no_more(case, capsys):
    assert run("audit", case, "--kind", "not-in-books", "--fail-on", "claimed-capture,not-in-books") == 1
    assert run("audit", case, "--fail-on", "duplicate-serial") == 0
    assert run("audit", case, "--fail-on", "nonsense") == 2
    for name, amount in (("ak47", 110000), ("pistols", 80000), ("armour", 135000), ("helmets", 115000)):
        adjust(
            case, finding=f"not-in-books:c-gao-{name}", direction="take-off", quantity=str(amount), when="2006",
            reason="found in the store", person="A",
        )  # fmt: skip
    capsys.readouterr()
    assert run("audit", case, "--kind", "not-in-books", "--fail-on", "not-in-books", "--format", "json") == 0
    shown = json.loads(capsys.readouterr().out)["findings"]
    assert {(one["numerator"], one["severity"]) for one in shown} == {(0, "note")}


def test_the_commands(case, capsys):
    assert run("follow", case, PISTOLS, "--owner", "inspector", "--status", "in-work", "--by", "A") == 0
    assert capsys.readouterr().out == f"{PISTOLS}: in-work, inspector\n"
    assert run("adjust", case, "--finding", PISTOLS, "--add", "10", "--date", "2006", "--reason", "late entry") == 0
    assert "10 pistol added to what iraqi-security-forces should have (late entry)" in capsys.readouterr().out
    assert run("adjust", case, "--finding", PISTOLS, "--date", "2006", "--reason", "late entry") == 2
    capsys.readouterr()
    assert run("audit", case, "--kind", "not-in-books", "--format", "csv") == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    mine = next(row for row in rows if row["id"] == PISTOLS)
    assert (mine["owner"], mine["status"], mine["numerator"], mine["severity"]) == (
        "inspector",
        "in-work",
        "80010",
        "high",
    )
    assert run("audit", case, "--kind", "not-in-books", "--format", "json") == 0
    one = next(f for f in json.loads(capsys.readouterr().out)["findings"] if f["id"] == PISTOLS)
    assert one["follow_up"]["status"] == "in-work"
    assert run("audit", case, "--revision", "2", "--compare", "3", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["new"] == []


@pytest.mark.skipif(not EXTRACT.is_file(), reason="the SIPRI extract is not beside the checkout")
def test_the_register_and_the_bundled_case_in_seconds(case):
    import_file(case, EXTRACT)
    start = time.perf_counter()
    found = audited(case).findings
    assert time.perf_counter() - start < 20  # 4 s on the machine it was written on
    assert len(found) > 500
    hmmwv = [f for f in found if f.id == "movement-under-embargo:USA:IRQ:vehicle.light.hmmwv"]
    assert "S/RES/1546 (2004)" in hmmwv[0].caution
