"""Findings of an audit as JSON and as rows, and the definitions that must be read with them."""

from __future__ import annotations

from collections.abc import Sequence

from takingstock.records import Finding, percent
from takingstock.verbs.shapes.figures import Json, Table, form, number


def audit_json(findings: Sequence[Finding]) -> Json:
    """``{findings: [{kind, holder, item, numerator, denominator, share, definition, sources}]}``."""
    return {
        "findings": [
            {
                "id": finding.id,
                "kind": finding.kind.value,
                "holder": finding.holder,
                "item": finding.item,
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
                "sources": list(finding.sources),
                "rests_on": list(finding.rests_on),
            }
            for finding in findings
        ]
    }


def audit_table(findings: Sequence[Finding], *, brief: bool = False) -> Table:
    """``brief``: the words, whose definitions stand in :func:`definitions`, once each."""
    if brief:
        return ("finding", "share", "sources"), [
            (finding.words, _share(finding), "; ".join(finding.sources)) for finding in findings
        ]
    head = (
        "kind", "holder", "item", "numerator", "numerator_form", "denominator", "denominator_form", "share", "words",
        "definition", "caution", "claimants", "sources", "rests_on",
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
        )
        for finding in findings
    ]


def definitions(findings: Sequence[Finding]) -> list[str]:
    """What was divided by what, and each caution, once each, in the order of the findings."""
    lines = [f"{finding.kind.value}: {finding.definition}" for finding in findings]
    lines += [finding.caution for finding in findings if finding.caution]
    return list(dict.fromkeys(lines))


def _share(finding: Finding) -> str:
    if finding.share is None:
        return "cannot be formed"
    bound = {"at least": "at least ", "at most": "at most "}.get(finding.numerator.form, "")
    return f"{bound}{percent(finding.share)}"
