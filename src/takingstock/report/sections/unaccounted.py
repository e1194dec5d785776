"""What cannot be accounted for: audit findings with numerator, denominator, share and definition."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import Markup

from takingstock.records import Finding, FindingKind
from takingstock.report.blocks import Block, Cell, Column, Figure, Row, Section, Table, Text
from takingstock.report.context import Context
from takingstock.report.sentences import known, spoken
from takingstock.report.words import claimants, claims_words, finding_sentence, given_words

_DRAWN = 20
_LISTED = 100
_DATED = {FindingKind.IN_EMBARGO, FindingKind.EMBARGO_INFLOW}
"""Findings whose share says when, not how much is unaccounted for: they have no bar among the others."""


def section(context: Context) -> Section | None:
    """One figure over all findings that have a share, and the table of all."""
    findings = context.publication.findings
    if not findings:
        return None
    t = context.t
    blocks: list[Block] = [Text(t("finding.lead"), "lead")]
    table = _table(context, findings)
    drawn = [one for one in findings if one.share is not None and one.kind not in _DATED][:_DRAWN]
    if drawn:
        groups: dict[str, list[dict[str, Any]]] = {}
        for finding in drawn:
            of = context.words.plain(
                "finding.of",
                numerator=context.quantity_text(finding.numerator),
                denominator=context.quantity_text(finding.denominator),
            )
            bar = {
                "label": context.item_text(finding.item),
                "value": min(100.0, (finding.share or 0) * 100),
                "text": of,
            }
            groups.setdefault(finding.kind.value, []).append(bar)
        axis = context.words.plain("axis.of_denominator")
        left = len(findings) - len(drawn)
        blocks.append(
            Figure(
                name="findings",
                chart="bars",
                number=context.next_figure(),
                title=t("finding.figure"),
                description=t("finding.description", n=len(drawn)),
                data={
                    "axis": axis,
                    "max": 100,
                    "groups": [
                        {"label": context.term_text("kind", kind), "bars": bars} for kind, bars in groups.items()
                    ],
                },
                table=table,
                note=t("finding.left", n=left) if left else Markup(),
            )
        )
    else:
        blocks.append(replace(table, title=t("finding.list"), number=context.next_table()))
    return Section("unaccounted", t("section.unaccounted"), tuple(blocks))


def _table(context: Context, findings: tuple[Finding, ...]) -> Table:
    t = context.t
    columns = (
        Column("kind", t("column.kind")),
        Column("item", t("column.class")),
        Column("numerator", t("column.numerator"), True),
        Column("denominator", t("column.denominator"), True),
        Column("share", t("column.share"), True),
    )
    rows = tuple(_row(context, finding) for finding in findings)
    return Table("findings", Markup(), columns, rows, limit=_LISTED)


def _row(context: Context, finding: Finding) -> Row:
    t = context.t
    refs = context.refs(finding.rests_on or finding.sources)
    lines = [finding_sentence(context, finding)]
    lines.append(Markup("<strong>{}</strong> {}").format(t("finding.definition"), _definition(context, finding)))
    if finding.claimants and finding.kind is not FindingKind.CLAIMED_CAPTURE:  # there the sentence names them
        lines.append(claimants(context, finding.claimants))
    if finding.caution:
        caution = Markup("<strong>{}</strong> {}").format(t("finding.caution"), _caution(context, finding))
        lines.append(caution)
    if finding.severity_reason:
        rated = Markup("<strong>{}</strong> {}: {}").format(
            t("finding.severity"),
            context.term("severity", finding.severity.value),
            spoken(context, finding.severity_reason),
        )
        lines.append(rated)
    lines.append(t("chain.sources", refs=context.refs(finding.sources)))
    unit = finding.numerator.unit
    detail = Markup("<ul>{}</ul>").format(Markup().join(Markup("<li>{}</li>").format(line) for line in lines))
    return Row(
        (
            Cell(context.term("kind", finding.kind.value), finding.kind.value),
            Cell(
                Markup("{}<br><small>{}</small>").format(context.item(finding.item), context.party(finding.holder)),
                finding.item,
            ),
            Cell(
                Markup("{} {}").format(context.quantity(finding.numerator, unit=True), refs),
                str(finding.numerator),
                True,
            ),
            Cell(
                Markup("{} {}").format(context.quantity(finding.denominator, unit=True), refs),
                str(finding.denominator),
                True,
            ),
            Cell(Markup("{} {}").format(context.finding_share(finding), refs), finding.share, True),
        ),
        detail=detail,
        plain=(
            ("id", finding.id),
            ("holder", finding.holder),
            ("unit", unit.value),
            ("definition", finding.definition),
            ("words", finding.words),
            ("caution", finding.caution),
            ("severity", finding.severity.value),
            ("claimants", "; ".join(finding.claimants)),
            ("sources", ";".join(finding.sources)),
            ("rests_on", ";".join(finding.rests_on)),
        ),
    )


def _definition(context: Context, finding: Finding) -> Markup:
    """What was divided by what: the finding's own definition; the plain one of its kind where it has none or where
    the report's language has no words for it."""
    said = finding.definition
    if context.words.code == "en":
        return spoken(context, said[:1].upper() + said[1:]) if said else context.t(f"definition.{finding.kind.value}")
    if not said or not known(said):
        plain = context.t(f"definition.{finding.kind.value}")
        return Markup("{} {}").format(plain, spoken(context, said)) if said else plain
    counts = {count.id: count.item for count in context.publication.ledger.counts}
    items = dict.fromkeys(counts[id] for id in finding.rests_on if id in counts)
    return spoken(context, said, names=context.comma.join(context.item(item) for item in items))


def _caution(context: Context, finding: Finding) -> Markup:
    if finding.kind is not FindingKind.NOT_IN_BOOKS:
        return spoken(context, finding.caution, claims=claims_words(context, finding))
    ledger = context.publication.ledger
    books = [count for count in ledger.counts if count.id in finding.rests_on]
    receipts = [s for id in finding.rests_on if (s := ledger.statement_by_id.get(id))]
    return spoken(context, finding.caution, books=given_words(context, books), claims=given_words(context, receipts))
