"""What holds for findings of every kind."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takingstock.audit import KINDS, compared, findings
from takingstock.audit.severity import rate
from takingstock.records import Finding, FindingKind, Ledger, Severity, Statement

LOADED = re.compile(r"\b(missing|diverted|stolen|smuggled|illegal\w*|illicit\w*|violat\w*|breach\w*|lost)\b", re.I)
QUOTED = {FindingKind.LOST_OR_SOLD, FindingKind.CLAIMED_CAPTURE}


@pytest.fixture(scope="module")
def ledger(write: SimpleNamespace, everything: list[Any]) -> Ledger:
    made: Ledger = write.ledger(*everything)
    return made


@pytest.fixture(scope="module")
def found(ledger: Ledger, taxonomy: Any, parties: Any) -> tuple[Finding, ...]:
    return findings(ledger, taxonomy, parties)


def test_every_kind_is_there(found: tuple[Finding, ...]) -> None:
    assert {finding.kind for finding in found} == set(FindingKind) == set(KINDS)
    assert len({finding.id for finding in found}) == len(found)


def test_every_finding_is_whole(found: tuple[Finding, ...], ledger: Ledger) -> None:
    known = {record.id for table in (ledger.statements, ledger.counts, ledger.sightings) for record in table}
    for finding in found:
        assert finding.words.endswith("."), finding.id
        assert finding.definition
        assert finding.rests_on
        assert set(finding.rests_on) <= known
        assert finding.severity_reason
        for bound in (finding.numerator.low, finding.numerator.high, finding.share):
            assert bound is None or bound >= 0
        assert finding.id.startswith(f"{finding.kind.value}:")


def test_what_is_a_part_is_never_more_than_the_whole(found: tuple[Finding, ...]) -> None:
    for finding in found:
        if finding.kind not in QUOTED and finding.denominator.high is not None:
            assert finding.numerator.high is not None
            assert finding.numerator.high <= finding.denominator.high, finding.id
            assert finding.share is None or finding.share <= 1


def test_no_text_says_more_than_the_records(found: tuple[Finding, ...]) -> None:
    """*Not in the records*, *missing* and *diverted* stay three words: only what a count or claim says is quoted."""
    for finding in found:
        if finding.kind not in QUOTED:
            # The mode of a record is what the record says; what is said not to be shown is not said.
            said = re.sub(r"\([^)]*\)", "", finding.words)
            assert not LOADED.search(said), finding.words
            assert "missing" not in finding.definition
            assert "diverted" not in finding.definition
        plain = finding.caution.replace("It does not show that the items are lost, stolen or diverted.", "")
        plain = plain.replace("no breach is said to have occurred", "").replace("is no breach of anything", "")
        assert not re.search(r"\b(missing|diverted|breach)\b", plain), finding.caution


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_the_order_of_rows_changes_nothing(
    everything: list[Any],
    found: tuple[Finding, ...],
    write: SimpleNamespace,
    taxonomy: Any,
    parties: Any,
    data: st.DataObject,
) -> None:
    rows = data.draw(st.permutations(everything))
    assert findings(write.ledger(*rows), taxonomy, parties) == found


@settings(max_examples=15, deadline=None)
@given(number=st.integers(1, 10**6), year=st.integers(1950, 2024), mode=st.sampled_from(["export", "aid", "capture"]))
def test_an_unrelated_holder_changes_nothing(
    everything: list[Any],
    found: tuple[Finding, ...],
    write: SimpleNamespace,
    taxonomy: Any,
    parties: Any,
    number: int,
    year: int,
    mode: str,
) -> None:
    other = write.moved("other", "equipment.helmet", "NOR>CHE", str(number), str(year), mode=mode, source="elsewhere")
    count = write.counted("other-count", "equipment.helmet", "CHE", str(number), str(year), basis="opening")
    more = findings(write.ledger(*everything, other, count), taxonomy, parties)
    assert [f for f in more if f.holder not in {"NOR", "CHE"}] == list(found)


@settings(max_examples=25, deadline=None)
@given(quantities=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=4, max_size=4))
def test_a_finding_is_never_negative(
    everything: list[Any], quantities: list[tuple[int, int]], write: SimpleNamespace, taxonomy: Any, parties: Any
) -> None:
    rows = []
    spans = iter(f"{min(a, b)}..{max(a, b)}" for a, b in quantities)
    for row in everything:
        if isinstance(row, Statement) and row.movement in {"x", "y", "mx", "gift"}:
            row = write.moved(
                row.movement, row.item, f"{row.from_party}>{row.to_party}", next(spans), str(row.when), mode=row.mode,
                reporter=row.reporter, source=row.source, condition=row.condition,
            )  # fmt: skip
        rows.append(row)
    for finding in findings(write.ledger(*rows), taxonomy, parties):
        assert (finding.numerator.low or 0) >= 0
        assert finding.numerator.high is None or finding.numerator.high >= (finding.numerator.low or 0)


def test_asked_for_one_kind_there_is_no_other(
    found: tuple[Finding, ...], ledger: Ledger, taxonomy: Any, parties: Any
) -> None:
    for kind in KINDS:
        assert findings(ledger, taxonomy, parties, kinds=[kind]) == tuple(f for f in found if f.kind is kind)


def test_what_is_new_gone_and_changed(found: tuple[Finding, ...]) -> None:
    first, second, *rest = found
    other = second.model_copy(update={"numerator": second.denominator})
    noted = rest[0].model_copy(update={"caution": "x"})
    difference = compared(found[:4], (second.model_copy(), other.model_copy(update={"id": "new"}), noted))
    assert [f.id for f in difference.new] == ["new"]
    assert [f.id for f in difference.gone] == [first.id, found[3].id]
    assert [(c.after.id, c.figures) for c in difference.changed] == [(noted.id, False)]
    assert difference.same == 1
    (changed,) = compared((second,), (other,)).changed
    assert changed.figures


@pytest.mark.parametrize(
    ("kind", "item", "numerator", "denominator", "severity"),
    [
        ("not-in-books", "pistol", "10", "100", "high"),
        ("not-in-books", "pistol", "9", "100", "medium"),
        ("not-in-books", "pistol", "9", "?", "medium"),
        ("not-in-books", "pistol", "<=50", "100", "low"),
        ("not-in-books", "pistol", "0", "100", "note"),
        ("mirror-gap", "pistol", "20", "100", "medium"),
        ("mirror-gap", "pistol", "19", "100", "low"),
        ("no-date", "pistol", "100", "100", "low"),
        ("inflow-around-embargo", "pistol", "100", "100", "note"),
    ],
)
def test_severity(
    found: tuple[Finding, ...], ledger: Ledger, taxonomy: Any, parties: Any,
    kind: str, item: str, numerator: str, denominator: str, severity: str,
) -> None:  # fmt: skip
    from takingstock.audit.scene import Scene
    from takingstock.records import Quantity

    finding = found[0].model_copy(
        update={
            "kind": FindingKind(kind), "item": item, "numerator": Quantity.parse(numerator),
            "denominator": Quantity.parse(denominator),
        }
    )  # fmt: skip
    assert rate(Scene.of(ledger, taxonomy, parties), finding)[0] is Severity(severity)


def test_portable_missiles_weigh_more(found: tuple[Finding, ...], ledger: Ledger, parties: Any) -> None:
    from takingstock.audit.scene import Scene
    from takingstock.records import Quantity
    from takingstock.reference.items import taxonomy

    (missile,) = [item.id for item in taxonomy().all() if item.group.value == "manpads"][:1]
    finding = found[0].model_copy(
        update={"item": missile, "numerator": Quantity.exact(1), "denominator": Quantity.exact(1000)}
    )
    assert rate(Scene.of(ledger, taxonomy(), parties), finding)[0] is Severity.HIGH


def test_every_sentence_has_words_in_every_language(found: tuple[Finding, ...]) -> None:
    """The report words what the audit says; a remark of a source is the source's own."""
    from takingstock.report.sentences import known

    for finding in found:
        assert known(finding.definition), finding.definition
        assert known(finding.caution.partition("The records note:")[0]), finding.caution
        assert known(finding.severity_reason), finding.severity_reason
