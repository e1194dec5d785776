"""Severity where the record itself says how goods left; on small cases and on a real list of captured equipment."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.records import Adjustment, DateRange, Finding, FindingKind, Quantity, Severity

Audit = Callable[..., dict[str, Finding]]
AK = "rifle.assault.ak.ak-47"
NOBODY = [FindingKind.HELD_BY_NOBODY]
ORYX = Path(__file__).resolve().parents[3] / "shared" / "data" / "oryx"


def left(write: SimpleNamespace, key: str, quantity: str, mode: str) -> Any:
    return write.moved(key, AK, "army>", quantity, "2014", mode=mode)


@pytest.mark.parametrize(
    ("rows", "severity"),
    [
        ([("100", "capture")], Severity.LOW),
        ([("100", "loss"), ("20", "capture")], Severity.LOW),
        ([("100", "theft-or-leakage")], Severity.HIGH),
        ([("100", "export")], Severity.HIGH),
        ([("100", "capture"), ("50", "export")], Severity.HIGH),
        ([("100", "capture"), ("5", "export")], Severity.MEDIUM),
        ([("100", "capture"), ("<=50", "export")], Severity.LOW),
        ([("100", "capture"), ("?", "export")], Severity.MEDIUM),
        ([("?", "capture")], Severity.LOW),
    ],
)
def test_what_the_mode_explains_weighs_little(
    audit: Audit, write: SimpleNamespace, rows: list[tuple[str, str]], severity: Severity
) -> None:
    (found,) = audit(*(left(write, f"m{n}", *row) for n, row in enumerate(rows)), kinds=NOBODY).values()
    assert found.severity is severity, found.severity_reason


def test_nothing_left_after_adjustments_stays_a_note(audit: Audit, write: SimpleNamespace) -> None:
    off = Adjustment(
        id="adj", holder="army", item=AK, direction="take-off", quantity=Quantity.exact(100),
        when=DateRange.parse("2015"), person="N. N.", reason="found", finding=f"held-by-nobody:army:{AK}",
    )  # fmt: skip
    (found,) = audit(left(write, "m", "100", "capture"), off, kinds=NOBODY).values()
    assert found.severity is Severity.NOTE


@pytest.mark.skipif(not ORYX.is_dir(), reason="the Oryx lists are not beside the checkout")
def test_a_list_of_captured_equipment_is_not_all_high(tmp_path: Path) -> None:
    from takingstock.verbs import import_file, init
    from takingstock.verbs.audit import audited

    init(tmp_path / "case", title="Oryx")
    for name in ("event_captured.csv", "event_abandoned.csv"):
        import_file(tmp_path / "case", ORYX / name)
    found = audited(tmp_path / "case", kinds=NOBODY).findings
    assert len(found) > 50
    rated = Counter(one.severity for one in found)
    assert rated[Severity.HIGH] == 0
    assert rated[Severity.LOW] > 0.9 * len(found)
    assert {one.severity for one in found} <= {Severity.LOW, Severity.MEDIUM}
