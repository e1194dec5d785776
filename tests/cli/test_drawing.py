"""Drawing at the command line: options reach the verb, a cut is said, a cost refused is one line, no stray bars."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from takingstock.cli import main
from takingstock.cli.progress import progress
from takingstock.records import DateRange, Trace, TraceItem, Unit
from takingstock.verbs import estimate
from takingstock.verbs.estimate import announce

EMPTY = Trace(
    holder="x", at=DateRange(), policy="proportional", births="late", of="received", revision=1, tables="t",
    version="v", items=(),
)  # fmt: skip


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main([*map(str, arguments)])
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def asked(monkeypatch):
    """What the verb was asked; it answers with a trace that time cut short."""
    seen = {}

    def answer(case, holder, **options):
        seen.update(options)
        return EMPTY.model_copy(update={"draws": 40, "asked": 100, "seed": 9})

    monkeypatch.setattr("takingstock.verbs.trace", answer)
    return seen


def test_options_reach_the_verb_and_a_cut_is_said(asked):
    options = ("--draws", 100, "--seed", 9, "--time-limit", 0.5, "--cores", 1)
    code, out, err = run("trace", "case", "--holder", "x", "--format", "json", *options)
    assert code == 0
    assert {"draws": 100, "seed": 9, "time_limit": 0.5, "cores": 1, "progress": None}.items() <= asked.items()
    assert '"draws": 40' in out
    assert "the time limit cut the draws short: 40 of 100 were made" in err


def test_without_options_there_are_a_thousand_draws_of_seed_one(asked):
    run("trace", "case", "--holder", "x")
    assert (asked["draws"], asked["seed"], asked["time_limit"], asked["cores"]) == (1000, 1, None, None)


WRONG = {
    ("--draws", "-1"): "error: --draws: -1 is below 0; write 0 for no draws",
    ("--draws", "many"): "error: --draws: many is no whole number; write a whole number of draws",
    ("--draws", "1.5"): "error: --draws: 1.5 is no whole number",
    ("--seed", "x"): "error: --seed: x is no whole number",
    ("--time-limit", "-2"): "error: --time-limit: -2 is no time limit; write seconds above 0",
    ("--time-limit", "0"): "error: --time-limit: 0 is no time limit; write seconds above 0",
    ("--time-limit", "soon"): "error: --time-limit: soon is no time limit; write seconds above 0",
    ("--cores", "0"): "error: --cores: ",
}


@pytest.mark.parametrize("options", WRONG)
def test_a_wrong_number_is_one_line_in_plain_words(options):
    code, out, err = run("trace", "case", "--holder", "x", *options)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert err.startswith(WRONG[options])


def test_any_whole_number_is_a_seed(asked):
    assert run("trace", "case", "--holder", "x", "--seed", "-5")[0] == 0
    assert asked["seed"] == -5


def test_a_policy_without_anything_to_follow_says_what_to_do(tmp_path):
    run("init", tmp_path / "case", "--title", "Empty")
    code, out, err = run("trace", tmp_path / "case", "--holder", "IRQ", "--policy", "strict", "--draws", "0")
    assert "marks" in out + err
    assert code in {0, 2}
    assert "links=" not in out + err


def test_what_memory_cannot_hold_is_one_line_with_what_to_do(monkeypatch):
    from takingstock.trace.draws.cost import TooCostlyError

    def refuse(*_, **__):
        raise TooCostlyError("9 draws would take 9 GB;\nask for --draws 0")

    monkeypatch.setattr("takingstock.verbs.trace", refuse)
    code, out, err = run("trace", "case", "--holder", "x")
    assert (code, out, err) == (2, "", "error: 9 draws would take 9 GB; ask for --draws 0\n")


class Statements:
    """A ledger as far as an estimate looks at it."""

    def __init__(self, n):
        self.statements = [SimpleNamespace(item="rifle")] * n


def test_a_costly_run_is_announced_and_a_small_one_is_not():
    said = []
    announce(Statements(100), 1000, said.append)
    announce(Statements(5_000_000), 0, said.append)
    assert said == []
    announce(Statements(5_000_000), 1000, said.append)
    assert len(said) == 1
    assert "1,000 draws over 5,000,000 statements: up to about" in said[0]
    assert "--time-limit" in said[0]
    assert estimate.seconds(Statements(5_000_000), 2000) > estimate.seconds(Statements(5_000_000), 1000)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(40.2, "40 s"), (89, "89 s"), (700, "11 minutes"), (7_300, "2 hours"), (200_000, "2.3 days"), (9e7, "2.8 years")],
)
def test_a_time_is_said_as_a_person_says_it(seconds, said):
    assert estimate.span(seconds) == said


def test_the_number_of_draws_that_is_proposed_has_two_digits():
    from takingstock.trace.draws.cost import TooCostlyError

    with pytest.raises(TooCostlyError, match="ask for about 41,000,000 draws, or"), estimate.plainly():
        raise TooCostlyError("too much; ask for about 41,297,762 draws, or none")
    assert [estimate.two_digits(n) for n in (7, 99, 999, 1000)] == [7, 99, 990, 1000]


def test_what_to_try_next_is_called_as_this_was(monkeypatch):
    item = TraceItem(
        item="rifle", classes=("rifle",), unit=Unit.ITEMS, total=None, coverage=(), origins=(), chains=(),
        remainder=None, unrecorded=None, definition="d",
    )  # fmt: skip
    other = item.model_copy(update={"item": "tank"})
    found = EMPTY.model_copy(update={"items": (item, other), "draws": 40, "asked": 40, "seed": 1})
    monkeypatch.setattr("takingstock.verbs.trace", lambda *_, **__: found)
    _, out, _ = run("trace", "a case", "--holder", "x", "--of", "held", "--draws", "40")
    told = [line.split("takingstock ", 1)[-1] for line in out.split("Try next:\n")[1].splitlines()]
    assert told == [
        "report 'a case' --holder x",
        "trace 'a case' --holder x --of held --item rifle",
        "trace 'a case' --holder x --of held --draws 1000",
    ]
    assert "Try next" not in run("trace", "case", "--holder", "x", "--format", "json")[1]


def test_no_bar_where_standard_error_is_no_terminal():
    with progress("Drawing", after=1) as tick:
        assert tick is None


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("after", "shown"), [(0.0, True), (3600.0, False)])
def test_a_bar_comes_up_only_in_a_run_that_lasts(after, shown):
    err = Terminal()
    with patch.object(sys, "stderr", err), progress("Drawing", after=after) as tick:
        tick(1, 10)
        tick(5, 10)
    assert ("Drawing" in err.getvalue()) is shown


def test_what_a_grade_is_worth_may_be_edited(tmp_path):
    from takingstock.cli.numbers import grades
    from takingstock.records import BadValueError

    assert grades(["B2=0.9", "f6=0.5"]) == {"B2": 0.9, "F6": 0.5}
    for wrong in ("B2", "B2=", "B2=0", "B2=1.2", "=0.5", "Z9=0.5", "B2=nan"):
        with pytest.raises(BadValueError):
            grades([wrong])
