"""Drawing at the command line: options reach the verb, a cut is said, a cost refused is one line, no stray bars."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from takingstock.cli import main
from takingstock.cli.progress import progress
from takingstock.records import DateRange, Trace
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


@pytest.mark.parametrize("options", [("--draws", "-1"), ("--time-limit", "-2"), ("--cores", "0"), ("--draws", "many")])
def test_a_wrong_number_is_one_line(options):
    code, out, err = run("trace", "case", "--holder", "x", *options)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1


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
