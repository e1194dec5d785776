"""The table of controls: every measure of the records is there, and no effect claims what was not read."""

import pytest

from takingstock.records import BadValueError, ControlKind, ControlStage
from takingstock.reference import controls as module
from takingstock.reference.controls import control, controls, version
from takingstock.risk.forecast.modes import DiversionMode


def test_every_kind_has_one_row_in_the_order_of_the_stages():
    assert [one.kind for one in controls()] == list(dict.fromkeys(one.kind for one in controls()))
    assert {one.kind for one in controls()} == set(ControlKind)
    stages = [list(ControlStage).index(one.stage) for one in controls()]
    assert stages == sorted(stages)


def test_effects_are_ranges_on_known_modes_and_are_called_assumptions():
    modes = {mode.value for mode in DiversionMode}
    for one in controls():
        for effect in one.effects:
            assert effect.mode in modes
            assert 0 <= effect.low <= effect.value <= effect.high < 1
            assert effect.source == "", "no measured effect was found; a source needs to have been read"


def test_what_is_verified_has_an_address():
    for one in controls():
        assert not one.verified or one.source.startswith("http"), one.kind
        assert one.says.endswith(".")


def test_one_can_be_looked_up():
    assert control(ControlKind.VISITS).every == 12
    assert len(version()) == 64


def test_an_effect_that_is_no_range_is_refused(monkeypatch):
    rows = {
        "controls.csv": [],
        "control_effects.csv": [
            {"control": "training", "mode": "x", "low": "0.5", "value": "0.2", "high": "0.6", "source": ""}
        ],
    }
    monkeypatch.setattr(module.tables, "read", rows.__getitem__)
    with pytest.raises(BadValueError, match="low <= value <= high"):
        controls.__wrapped__()


def test_an_effect_of_no_control_is_refused(monkeypatch):
    rows = {
        "controls.csv": [],
        "control_effects.csv": [
            {"control": "magic", "mode": "x", "low": "0", "value": "0.2", "high": "0.6", "source": ""}
        ],
    }
    monkeypatch.setattr(module.tables, "read", rows.__getitem__)
    with pytest.raises(BadValueError, match="magic"):
        controls.__wrapped__()
