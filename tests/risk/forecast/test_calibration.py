"""A small dose of the calibration: the whole is ``scripts/calibrate_forecast.py``."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def calibrate():
    spec = importlib.util.spec_from_file_location("calibrate_forecast", ROOT / "scripts" / "calibrate_forecast.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["calibrate_forecast"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["calibrate_forecast"]


def trials(calibrate, name, number=100):
    return [one for seed in range(1, number + 1) for one in calibrate.trial(seed, name, draws=200)]


@pytest.fixture(scope="module")
def assumed(calibrate):
    return trials(calibrate, "assumed", 150)


def test_where_assumptions_hold_intervals_hold_the_truth(calibrate, assumed):
    found = calibrate.covered(assumed)
    assert 0.85 - 2 * found.by_world <= found.value <= 0.95 + 2 * found.by_world
    for mode in calibrate.MODES:
        found = calibrate.covered(assumed, mode.value)
        assert 0.85 - 2 * found.by_world <= found.value <= 0.95 + 2 * found.by_world


@pytest.mark.parametrize("event", ["any", "tenth"])
def test_where_assumptions_hold_what_was_said_comes_as_often(assumed, event):
    said = sum(one.said[event] for one in assumed) / len(assumed)
    came = sum(one.came[event] for one in assumed) / len(assumed)
    assert came == pytest.approx(said, abs=0.06)


def test_a_prior_far_too_low_is_seen_to_fail(calibrate):
    """The score can fail: it does where it should."""
    assert calibrate.covered(trials(calibrate, "prior ten times too low")).value < 0.8


def test_a_world_of_ours_can_be_forecast_and_its_truth_told(calibrate):
    found = [one for seed in (1, 2) for one in calibrate.worldly(seed, "well-mixed", draws=100)]
    assert found
    assert all(0 <= one.true < 1 and 0 < one.mean < 1 for one in found)


def test_the_page_is_made_by_the_script(calibrate):
    text = (ROOT / "docs" / "forecast.md").read_text(encoding="utf-8")
    _, _, rest = text.partition(calibrate.BEGIN)
    table, end, _ = rest.partition(calibrate.END)
    assert end
    assert all(f"`{name}`" in table for name in (*calibrate.BREACHES, *calibrate.MECHANISMS))
    assert (ROOT / "docs" / "forecast.svg").exists()
