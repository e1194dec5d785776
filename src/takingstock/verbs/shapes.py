"""Shapes: results as the JSON that tools rely on, and as rows for a table or CSV. No clock, no order left to chance.

The keys of the JSON are a promise (docs/json.md); more may be added, none change their meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from takingstock.records import (
    Arsenal,
    Chain,
    DateRange,
    Finding,
    ImportReport,
    Lag,
    Quantity,
    Step,
    Trace,
    TraceItem,
    percent,
)

Json = dict[str, Any]
Table = tuple[tuple[str, ...], list[tuple[Any, ...]]]


def import_json(report: ImportReport) -> Json:
    """``{reader, read, ledger, review, rejected, rejects_file}``, in input rows, and what else is known."""
    return {
        "reader": report.reader,
        "read": report.read,
        "ledger": report.ledger,
        "review": report.review,
        "rejected": report.rejected,
        "rejects_file": report.rejects_file,
        "unchanged": report.unchanged,
        "revised": report.revised,
        "dry_run": report.dry_run,
        "notes": list(report.notes),
    }


def arsenal_json(arsenal: Arsenal) -> Json:
    """``{holder, by, populations: [{id, unit, n, source, rows: [{key, share, count, low, high}]}]}``."""
    return {
        "holder": arsenal.holder,
        "by": arsenal.by,
        "role": arsenal.role,
        "revision": arsenal.revision,
        "populations": [
            {
                "id": table.id,
                "title": table.title,
                "unit": table.unit.value,
                "n": number(table.size),
                "n_text": str(table.size),
                "source": table.source,
                "rest": table.rest,
                "note": table.note,
                "rows": [
                    {
                        "key": row.key,
                        "share": row.share,
                        "count": plain(row.count),
                        "low": row.low,
                        "high": row.high,
                        "derived": row.derived,
                        "unverified": row.unverified,
                        "sightings": list(row.sightings),
                        "sources": list(row.sources),
                    }
                    for row in table.rows
                ],
            }
            for table in arsenal.populations
        ],
    }


def trace_json(trace: Trace) -> Json:
    """``{holder, at, policy, revision, items: [{item, unit, total, coverage, origins, chains, remainder,
    unrecorded}]}``, one block per class."""
    return {
        "holder": trace.holder,
        "at": str(trace.at) or None,
        "policy": trace.policy,
        "births": trace.births,
        "of": trace.of,
        "revision": trace.revision,
        "tables": trace.tables,
        "version": trace.version,
        "items": [
            {
                "item": item.item,
                "classes": list(item.classes),
                "unit": item.unit.value,
                "total": plain(item.total),
                "total_kind": "expected" if item.expected else "recorded",
                "total_range": bounds_json(item.total_range),
                "coverage": list(item.coverage),
                "warnings": [caution.words for caution in item.cautions],
                "origins": [
                    {"party": origin.party, "kind": origin.kind.value, "share": origin.share} for origin in item.origins
                ],
                "chains": [chain_json(chain) for chain in item.chains],
                "remainder": item.remainder,
                "unrecorded": item.unrecorded,
                "definition": item.definition,
            }
            for item in trace.items
        ],
    }


def chain_json(chain: Chain) -> Json:
    """``{basis, steps: [{from, to, via, mode, first, last}], share}`` and what else is known of the chain."""
    return {
        "basis": chain.basis.value,
        "label": chain.label or None,
        "origin": chain.origin.value,
        "steps": [_step_json(step) for step in chain.steps],
        "after": [_step_json(step) for step in chain.after],
        "share": chain.share,
        "quantity": plain(chain.quantity),
        "diversion": chain.diversion,
        "lag": [{"event": lag.event, "low": lag.low, "high": lag.high} for lag in chain.lag],
        "agreement": dict(chain.agreement),
        "sources": list(chain.sources),
        "allegations": list(chain.allegations),
        "remark": chain.remark or None,
    }


def _step_json(step: Step) -> Json:
    return {
        "from": step.from_party,
        "to": step.to_party,
        "via": list(step.via),
        "mode": step.mode,
        "authorised": step.authorised,
        "first": step.when.first.isoformat() if step.when.first else None,
        "last": step.when.last.isoformat() if step.when.last else None,
        "quantity": quantity_json(step.quantity),
        "movements": list(step.movements),
    }


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


def quantity_json(quantity: Quantity) -> Json:
    """A quantity with its bounds; ``best`` is the one figure that was computed with."""
    return {
        "best": number(quantity),
        "low": plain(quantity.low),
        "high": plain(quantity.high),
        "text": str(quantity),
        "unit": quantity.unit.value,
    }


def form(quantity: Quantity) -> str:
    """``exact``, ``about`` (rounded by its source), ``range``, ``at least``, ``at most`` or ``unknown``."""
    return "about" if quantity.about else quantity.form


def bounds_json(quantity: Quantity) -> Json:
    """The bounds of a quantity, without a figure in between."""
    return {
        "low": plain(quantity.low),
        "high": plain(quantity.high),
        "text": str(quantity.model_copy(update={"mode": None})),
        "unit": quantity.unit.value,
    }


def number(quantity: Quantity) -> float | int | None:
    """The one figure of a quantity, a whole number where it is one."""
    return plain(quantity.best)


def plain(value: float | None) -> float | int | None:
    """A whole number as an int."""
    return int(value) if value is not None and value == int(value) else value


# Tables: a header and rows. ``brief`` is for people at a terminal; else plain figures for a spreadsheet, all of them.


def import_table(report: ImportReport) -> Table:
    fields = ("reader", "read", "ledger", "review", "rejected", "unchanged", "revised", "rejects_file")
    return fields, [tuple(getattr(report, name) for name in fields)]


def arsenal_table(arsenal: Arsenal, *, brief: bool = False) -> Table:
    """One row a key; ``source`` are the sources of the row's own figures."""
    if brief:
        return ("population", "unit", "n", arsenal.by, "share", "count", "low", "high", "source"), [
            (
                table.id,
                table.unit.value,
                str(table.size),
                row.key,
                percent(row.share) if row.share is not None else "",
                _amount(row.count, derived=row.derived),
                percent(row.low) if row.low is not None else "",
                percent(row.high) if row.high is not None else "",
                "; ".join(row.sources) or table.source,
            )
            for table in arsenal.populations
            for row in table.rows
        ]
    head = (
        "population",
        "unit",
        "n",
        "n_source",
        arsenal.by,
        "share",
        "count",
        "derived",
        "low",
        "high",
        "source",
        "note",
    )
    return head, [
        (
            table.id,
            table.unit.value,
            number(table.size),
            table.source,
            row.key,
            row.share,
            plain(row.count),
            "yes" if row.derived else "no",
            row.low,
            row.high,
            "; ".join(row.sources),
            table.note,
        )
        for table in arsenal.populations
        for row in table.rows
    ]


def trace_table(trace: Trace) -> Table:
    """One row a chain, with the cautions that must be read with its share."""
    head = (
        "item", "unit", "total", "total_kind", "total_low", "total_high", "chain", "basis", "origin", "share",
        "quantity", "first", "last", "diverted_at", "unrecorded", "remainder", "remark", "sources", "definition",
        "cautions",
    )  # fmt: skip
    return head, [
        (
            item.item,
            item.unit.value,
            plain(item.total),
            "expected" if item.expected else "recorded",
            plain(item.total_range.low),
            plain(item.total_range.high),
            chain_text(chain),
            chain.basis.value,
            chain.origin.value,
            chain.share,
            plain(chain.quantity),
            *_ends(chain),
            chain.steps[chain.diversion].from_party if chain.diversion is not None else "",
            item.unrecorded,
            item.remainder,
            chain.remark,
            "; ".join(chain.sources),
            item.definition,
            " ".join(caution.words for caution in item.cautions),
        )
        for item in trace.items
        for chain in item.chains
    ]


def trace_lines(trace: Trace) -> Iterator[tuple[str, str]]:
    """A trace for people, as (kind, text): per class a ``head`` with its total, a ``chain`` each with its share first,
    and the ``caution`` lines that must be read with them."""
    for item in trace.items:
        verb = "received" if trace.of == "received" else "held"
        yield "head", f"{item.item}: {total_text(item)}" + (f" {verb}" if item.total is not None else "")
        for chain in item.chains:
            share = percent(chain.share) if chain.share is not None else "no share"
            first, last = (day[:4] for day in _ends(chain))
            point = chain.steps[chain.diversion] if chain.diversion is not None else None
            parts = [
                first if first == last else f"{first}–{last}",
                f"diverted at {_diverted_at(point)}" if point else "",
                *(f"{lag.event}: {_days(lag)}" for lag in chain.lag),
                chain.remark.rstrip("."),
            ]
            told = "; ".join(part for part in parts if part)
            yield "chain", f"{share}  {chain.basis.value}: {chain_text(chain)}" + (f" ({told})" if told else "")
        if item.remainder and item.remainder > 1e-9:
            yield "chain", f"{percent(item.remainder)}  in chains not shown"
        for caution in item.cautions:
            yield "caution", caution.words


def _days(lag: Lag) -> str:
    return f"{lag.low:,} days" if lag.low == lag.high else f"{lag.low:,} to {lag.high:,} days"


def _diverted_at(step: Step) -> str:
    holder = "not recorded" if step.from_party == "unknown-supplier" else step.from_party
    return f"{holder} ({step.mode})"


def total_text(item: TraceItem) -> str:
    """The total with the bounds that the statements leave it: ``4,000 (4,000 to 74,000) items``."""
    if item.total is None:
        return "quantity not recorded"
    total, bounds = _amount(item.total), item.total_range
    if item.expected:
        high = f" to {_amount(bounds.high)}" if bounds.high is not None else " or more"
        return f"{_amount(bounds.low)}{high} {item.unit.value}, {total} expected"
    match bounds.form:
        case "at least":
            return f"at least {_amount(bounds.low)} {item.unit.value}"
        case "range" if bounds.low == 0 and bounds.high == item.total:
            return f"up to {total} {item.unit.value}"
        case "range":
            return f"{total} ({_amount(bounds.low)} to {_amount(bounds.high)}) {item.unit.value}"
    return f"{total} {item.unit.value.removesuffix('s') if item.total == 1 else item.unit.value}"


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


def chain_text(chain: Chain) -> str:
    """The chain on one line: holders joined by arrows, brokers in brackets; what is unrecorded is said first."""
    text = "(unrecorded) " if chain.origin.value == "unrecorded" else ""
    text += chain.steps[0].from_party
    here = chain.steps[0].from_party
    for step in chain.steps:
        if step.from_party != here:
            text += f" … {step.from_party}"
        via = f" [via {', '.join(step.via)}]" if step.via else ""
        text += f" →{via} {step.to_party}"
        here = step.to_party
    return text


def _ends(chain: Chain) -> tuple[str, str]:
    """The first and the last day that the chain's steps allow, where known."""
    when: DateRange = chain.steps[0].when
    for step in chain.steps[1:]:
        if step.when.known:
            when = when.joined(step.when) if when.known else step.when
    return (when.first.isoformat() if when.first else "", when.last.isoformat() if when.last else "")


def _amount(value: float | None, *, derived: bool = False) -> str:
    if value is None:
        return ""
    return f"{'≈' if derived else ''}{value:,.0f}"
