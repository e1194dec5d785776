"""The measured calibration: read as it was written, and missing without harm."""

import pytest

from takingstock.reference import calibration as module
from takingstock.reference.calibration import calibration, read

LAYOUT = {
    "version": "1",
    "worlds": 2,
    "draws": 10,
    "size": 60,
    "nominal": 0.9,
    "band": [0.85, 0.95],
    "mechanisms": [
        {
            "name": "mix",
            "keeps": False,
            "worlds": 2,
            "coverage": {
                "chain": {"value": 0.5, "error": 0.1, "claims": 8},
                "channel": {"value": None, "error": None, "claims": 0},
            },
            "width": {"chain": 0.3, "channel": None},
            "main_chain_first": {"trace": 0.7, "baseline": 0.6},
        }
    ],
}


def test_what_was_not_measured_is_left_out():
    (one,) = read(LAYOUT).mechanisms
    assert one.of("chain").coverage == 0.5
    assert one.of("chain").width == 0.3
    assert one.of("channel") is None
    assert (one.first, one.baseline, one.keeps) == (0.7, 0.6, False)


def test_a_file_of_another_layout_is_refused():
    with pytest.raises(KeyError):
        read({"worlds": 2})


def test_without_the_file_nothing_was_measured(monkeypatch):
    monkeypatch.setattr(module, "FILE", "no-such-file.json")
    assert calibration() is None


def test_what_the_package_carries_can_be_read():
    found = calibration()
    assert found is None or all(0 <= held.coverage <= 1 for one in found.mechanisms for held in one.held)
