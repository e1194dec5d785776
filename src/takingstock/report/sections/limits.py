"""Limits: every warning and what the sources cover. What is silent is unknown, not zero."""

from __future__ import annotations

from markupsafe import Markup

from takingstock.report.blocks import Block, Bullets, Heading, Section, Text
from takingstock.report.cautions import caution_words
from takingstock.report.context import Context, foreign
from takingstock.report.words import quoted

_LISTED = 60


def section(context: Context) -> Section:
    """Warnings of the publication, of each traced class, then coverage by source."""
    t = context.t
    blocks: list[Block] = [Text(t("limits.lead"), "lead")]
    general = [quoted(context, line) for line in context.publication.warnings]
    per_class = [
        Markup("<b>{}</b>: {}").format(context.item(block.item), caution_words(context, caution, block.classes))
        for block in context.publication.trace.items
        for caution in block.cautions
    ]
    warnings = list(dict.fromkeys(general + per_class))
    if warnings:
        blocks.append(Heading(t("limits.warnings")))
        blocks.append(Bullets(tuple(warnings[:_LISTED])))
        if len(warnings) > _LISTED:
            blocks.append(Text(t("limits.more", n=len(warnings) - _LISTED), "caution"))
    covered = [source for source in context.publication.ledger.sources if source.coverage is not None]
    lines = []
    for source in covered:
        coverage = source.coverage
        assert coverage is not None
        period = context.when(coverage.period) if coverage.period.known else t("unknown")
        note = Markup(" {}").format(foreign(coverage.note)) if coverage.note else Markup()
        name = foreign(source.title)
        lines.append(
            Markup("{}{} {}").format(t("limits.coverage", source=name, period=period), note, context.refs([source.id]))
        )
    blocks.append(Heading(t("limits.coverage_title")))
    blocks.append(Bullets(tuple(lines)) if lines else Text(t("limits.no_coverage"), "caution"))
    uncovered = len(context.publication.ledger.sources) - len(covered)
    if lines and uncovered:
        blocks.append(Text(t("limits.uncovered", n=uncovered)))
    return Section("limits", t("section.limits"), tuple(blocks))
