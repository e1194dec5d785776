"""Findings of an audit as JSON and as rows, what differs from another audit, and the definitions to read with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from takingstock.records import Adjustment, Finding, FollowUp, percent
from takingstock.verbs.shapes.figures import Json, Table, form, number

if TYPE_CHECKING:
    from takingstock.audit import Difference

_LISTED = 40
"""Findings beyond which their cautions are not all told at the terminal."""

Marks = Mapping[str, Sequence[str]]


def audit_json(
    findings: Sequence[Finding],
    followups: Sequence[FollowUp] = (),
    marks: Marks | None = None,
    cautions: Sequence[str] = (),
) -> Json:
    """``{findings: [{kind, holder, item, numerator, denominator, share, definition, severity, follow_up, sources}],
    cautions: [text]}``. ``marks`` are the serials or lots behind a finding: sensitive. ``cautions`` are the audit's."""
    followed = {one.id: one for one in followups}
    rows = [_finding(one, followed.get(one.id), (marks or {}).get(one.id, ())) for one in findings]
    return {"findings": rows, "cautions": list(cautions)}


def _finding(finding: Finding, followed: FollowUp | None, marks: Sequence[str]) -> Json:
    return {
        "id": finding.id,
        "kind": finding.kind.value,
        "holder": finding.holder,
        "item": finding.item,
        "unit": finding.numerator.unit.value,
        "numerator": number(finding.numerator),
        "numerator_form": form(finding.numerator),
        "numerator_text": str(finding.numerator),
        "denominator": number(finding.denominator),
        "denominator_form": form(finding.denominator),
        "denominator_text": str(finding.denominator),
        "share": finding.share,
        "definition": finding.definition,
        "words": finding.words,
        "claimants": list(finding.claimants),
        "caution": finding.caution,
        "doubles": [list(group) for group in finding.doubles],
        "severity": finding.severity.value,
        "severity_reason": finding.severity_reason,
        "place": finding.place,
        "when": str(finding.when),
        "follow_up": follow_json(followed) if followed else None,
        "marks": list(marks),
        "sources": list(finding.sources),
        "rests_on": list(finding.rests_on),
    }


def follow_json(followed: FollowUp) -> Json:
    """A follow-up without the finding's id: ``{owner, status, due, note, person}``."""
    value = followed.model_dump(mode="json")
    return {name: value[name] for name in ("owner", "status", "due", "note", "person")}


def audit_table(findings: Sequence[Finding], followups: Sequence[FollowUp] = (), *, brief: bool = False) -> Table:
    """``brief``: the words, whose definitions stand in :func:`definitions`, once each."""
    followed = {one.id: one for one in followups}
    if brief:
        head: tuple[str, ...] = ("severity", "finding", "share", "sources")
        rows = [
            (finding.severity.value, finding.words, _share(finding), "; ".join(finding.sources)) for finding in findings
        ]
        if not followed:
            return head, list(rows)
        return (*head, "follow-up"), [
            (*row, _followed(followed.get(f.id))) for row, f in zip(rows, findings, strict=True)
        ]
    head = (
        "kind", "holder", "item", "numerator", "numerator_form", "denominator", "denominator_form", "share", "words",
        "definition", "caution", "claimants", "sources", "rests_on", "id", "unit", "severity", "severity_reason",
        "place", "when", "owner", "status", "due", "note",
    )  # fmt: skip
    return head, [
        (
            finding.kind.value,
            finding.holder,
            finding.item,
            number(finding.numerator),
            form(finding.numerator),
            number(finding.denominator),
            form(finding.denominator),
            finding.share,
            finding.words,
            finding.definition,
            finding.caution,
            "; ".join(finding.claimants),
            "; ".join(finding.sources),
            "; ".join(finding.rests_on),
            finding.id,
            finding.numerator.unit.value,
            finding.severity.value,
            finding.severity_reason,
            finding.place,
            str(finding.when),
            *_owner(followed.get(finding.id)),
        )
        for finding in findings
    ]


def difference_json(difference: Difference) -> Json:
    """``{new: [finding], gone: [finding], changed: [{id, before, after, figures}], same: n}``."""
    return {
        "new": audit_json(difference.new)["findings"],
        "gone": audit_json(difference.gone)["findings"],
        "changed": [
            {
                "id": one.after.id,
                "figures": one.figures,
                "before": audit_json([one.before])["findings"][0],
                "after": audit_json([one.after])["findings"][0],
            }
            for one in difference.changed
        ],
        "same": difference.same,
    }


def difference_table(difference: Difference, *, brief: bool = False) -> Table:
    """One row per finding that is new, gone or changed, with its figures before and after."""
    pairs: list[tuple[str, Finding | None, Finding | None]] = [("new", None, one) for one in difference.new]
    pairs += [("gone", one, None) for one in difference.gone]
    pairs += [("changed" if one.figures else "records", one.before, one.after) for one in difference.changed]
    last = "finding" if brief else "words"
    head = ("change", "id", "numerator_before", "denominator_before", "numerator", "denominator", last)
    return head, [
        (
            change,
            (after or before).id if (after or before) else "",  # type: ignore[union-attr]
            *_figures(before),
            *_figures(after),
            (after or before).words if (after or before) else "",  # type: ignore[union-attr]
        )
        for change, before, after in pairs
    ]


def adjust_json(made: Adjustment) -> Json:
    """An adjustment with its quantity and date as text."""
    value = made.model_dump(mode="json")
    value |= {"quantity": str(made.quantity), "unit": made.quantity.unit.value}
    value["place"] = made.place.name if made.place else ""
    return value


def definitions(findings: Sequence[Finding]) -> list[str]:
    """What was divided by what, and each caution, once each, in the order of the findings. Of many findings only the
    definitions are told; the cautions then stand with each of them in JSON and CSV."""
    lines = [f"{finding.kind.value}: {finding.definition}" for finding in findings]
    if len(findings) <= _LISTED:
        lines += [finding.caution for finding in findings if finding.caution]
    else:
        lines.append(
            f"Every one of the {len(findings):,} findings has a caution of its own, to be read with it: ask for fewer "
            "(--kind, --holder), or for --format json or csv."
        )
    return list(dict.fromkeys(lines))


def _figures(finding: Finding | None) -> tuple[str, str]:
    return (str(finding.numerator), str(finding.denominator)) if finding else ("", "")


def _owner(followed: FollowUp | None) -> tuple[str, str, str, str]:
    return (followed.owner, followed.status.value, str(followed.due), followed.note) if followed else ("", "", "", "")


def _followed(followed: FollowUp | None) -> str:
    if followed is None:
        return ""
    due = f", due {followed.due}" if followed.due.known else ""
    return f"{followed.status.value}: {followed.owner}{due}"


def _share(finding: Finding) -> str:
    if finding.share is None:
        return "cannot be formed"
    from takingstock.audit.amounts import portion

    if whole := portion(finding.numerator, finding.denominator, finding.share):
        return whole
    if finding.share == 0:
        return "none"
    bound = {"at least": "at least ", "at most": "at most "}.get(finding.numerator.form, "")
    return f"{bound}{percent(finding.share)}"
