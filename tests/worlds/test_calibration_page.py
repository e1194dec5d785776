"""The page and the table of the campaign say what the scores say, and the report can read the table."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from takingstock.reference.calibration import read
from takingstock.worlds import MECHANISMS
from takingstock.worlds.scoring import Claim, Ranking, Score, Spoken
from takingstock.worlds.summary import Rate, mark, summarise

ROOT = Path(__file__).resolve().parents[2]
RIGHT, WRONG = Ranking(True, True, True, True), Ranking(False, False, False)


@pytest.fixture(scope="module")
def calibrate():
    spec = importlib.util.spec_from_file_location("calibrate", ROOT / "scripts" / "calibrate.py")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up.
    sys.modules["calibrate"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["calibrate"]


def scores(name, covered):
    """Ten worlds with a chain each, of which so many are covered; in half of them the baseline is right."""
    return [
        Score(
            seed=seed,
            mechanism=name,
            answered=True,
            claims=(
                Claim("chain", "", 0.5, 0.5, 0.4, 0.6) if seed < covered else Claim("chain", "", 0.5, 0.7, 0.6, 0.8),
            ),
            spoken=(Spoken("came", 0.97, True),),
            heard=0.75,
            trace=RIGHT,
            baseline=RIGHT if seed % 2 else WRONG,
        )
        for seed in range(10)
    ]


@pytest.fixture(scope="module")
def run(calibrate):
    by_name = {name: scores(name, 9 if how.keeps else 3) for name, how in MECHANISMS.items()}
    kept = [score for name, how in MECHANISMS.items() if how.keeps for score in by_name[name]]
    summaries = tuple(summarise(name, found) for name, found in by_name.items())
    every = [score for found in by_name.values() for score in found]
    pooled = summarise("assumptions kept", kept), summarise("all mechanisms", every)
    return calibrate.Campaign(len(every), 1000, 80, summaries, *pooled)


def test_the_page_gives_every_mechanism_its_figures_and_its_failures(calibrate, run):
    page = calibrate.page(run)
    assert "{" not in page
    kept = next(line for line in page.splitlines() if line.startswith("| `well-mixed` | 10 |"))
    broken = next(line for line in page.splitlines() if line.startswith("| `mix` (breaks) | 10 |"))
    # Nine of ten, each a world: the error is that of a mean of ten, over n - 1.
    assert "90.0 ± 10.0 ~" in kept
    assert "30.0 ± 15.3 ↓" in broken
    assert "| **assumptions kept** | 20 | 90.0 ± 6.9 ~ | – | – | – | – | – |" in page
    assert f"these are {10 * len(MECHANISMS)} independent scenes" in " ".join(page.split())
    assert "| `well-mixed` | – | 90 ± 10 (10) | – |" in page
    assert "100 ± 9 | 50 ± 17 | +50 ± 17" in page
    # The plain reader is never right here; the pooled rows have all worlds.
    assert "| `mix` (breaks) | 100 ± 9 | 0 ± 9 | +100 ± 9 |" in page
    assert page.count("| **all mechanisms** | 100 ± 1 | ") == 2
    assert "| any goods came this way | almost certain | 20 | 97 % | 100 ± 6 |" in page
    for name in MECHANISMS:
        assert len(re.findall(rf"^\| `{name}`", page, re.M)) == 9


@pytest.mark.parametrize(
    ("value", "error", "expected"),
    [
        (0.90, 0.02, "✓"),
        (0.86, 0.02, "~"),
        (0.84, 0.02, "~"),
        (0.80, 0.02, "↓"),
        (0.80, 0.03, "~"),
        (0.96, 0.004, "↑"),
        (0.96, 0.01, "~"),
        (1.0, 0.0, "↑"),
        (0.9, None, "~"),
    ],
)
def test_a_mark_takes_the_error_into_account(value, error, expected):
    assert mark(Rate(1, 1, value, 0.1, error)) == expected


def test_every_table_of_the_page_is_even(calibrate, run):
    for block in re.findall(r"(?:^\|.*\n)+", calibrate.page(run), re.M):
        assert len({line.count("|") for line in block.splitlines()}) == 1


def test_the_report_reads_the_table(calibrate, run):
    found = read(calibrate.table(run))
    assert (found.worlds, found.draws, found.nominal, found.band) == (10 * len(MECHANISMS), 1000, 0.9, (0.85, 0.95))
    assert [one.name for one in found.mechanisms] == [*MECHANISMS, "assumptions kept"]
    broken = next(one for one in found.mechanisms if one.name == "fifo-depot")
    assert not broken.keeps
    assert broken.of("chain").coverage == 0.3
    assert broken.of("chain").width == pytest.approx(0.2)
    assert broken.of("channel") is None
    assert (broken.first, broken.baseline) == (1.0, 0.5)
    assert found.mechanisms[0].keeps
    assert found.mechanisms[-1].keeps
