"""Key findings: what the record shows, in sentences made from its figures, and the passages a person wrote."""

from __future__ import annotations

from markupsafe import Markup

from takingstock.records import ChainBasis
from takingstock.report.blocks import Block, Bullets, Heading, Section, Text
from takingstock.report.context import Context
from takingstock.report.drawn import likelihood
from takingstock.report.language import direction_of
from takingstock.report.sections.arsenal import population_refs, row_refs, table_words
from takingstock.report.words import chain_sentence, finding_sentence, holders, opening_words, population_title

_FINDINGS = 6
_CHAINS = 5


def section(context: Context) -> Section:
    """Highlights first, then one sentence per finding, population, documented chain and gap."""
    publication, t = context.publication, context.t
    blocks: list[Block] = [Text(t("key.lead"), "lead")]
    if publication.highlights:
        blocks.append(Bullets(tuple(context.paragraph(p) for p in publication.highlights), "highlights"))
        blocks.append(Heading(t("key.figures")))
    items = [
        Markup("{} {}").format(
            finding_sentence(context, finding, others=True), context.refs(finding.rests_on or finding.sources)
        )
        for finding in publication.findings[:_FINDINGS]
    ]
    if len(publication.findings) > _FINDINGS:
        items.append(t("key.more_findings", n=len(publication.findings) - _FINDINGS))
    items += _populations(context)
    items += _chains(context)
    items += _leading(context)
    items += _gaps(context)
    blocks.append(Bullets(tuple(items), "keyfindings") if items else Text(t("key.nothing")))
    return Section("key", t("section.key"), tuple(blocks))


def narrative(context: Context) -> Section | None:
    """The background, as written: in the report's language where the story has it, else in its own."""
    passages = context.publication.narrative
    if not passages:
        return None
    blocks: list[Block] = []
    for passage in passages:
        text, language = passage.worded("heading", context.words.code)
        if text:
            heading = Markup("<span dir='{}' lang='{}'>{}</span>").format(direction_of(language), language, text)
            blocks.append(Heading(heading))
        blocks.append(Text(context.paragraph(passage)))
    return Section("background", context.t("section.background"), tuple(blocks))


def _populations(context: Context) -> list[Markup]:
    sentences = []
    seen: set[str] = set()
    for arsenal in context.publication.arsenals:
        if arsenal.by != "country":
            continue
        for table in arsenal.populations:
            rows = [row for row in table.rows if row.share is not None]
            if len(rows) < 2 or table.id in seen:
                continue
            seen.add(table.id)
            top = sorted(rows, key=lambda row: (-(row.share or 0), row.key))[:3]
            leading = context.semicolon.join(
                Markup("{} {}").format(
                    context.t("key.share_of", name=context.party(row.key), share=context.share(row.share)),
                    row_refs(context, arsenal, row) or Markup("({})").format(table_words(context, row)),
                )
                for row in top
            )
            sentence = context.t(
                f"key.population.{arsenal.role or 'manufactured'}",
                title=population_title(context, table),
                size=Markup("{}{}").format(context.quantity(table.size, unit=True), population_refs(context, table)),
                leading=leading,
            )
            sentences.append(sentence)
    return sentences


def _chains(context: Context) -> list[Markup]:
    documented = [
        (block, chain)
        for block in context.publication.trace.items
        for chain in block.chains
        if chain.basis is ChainBasis.DOCUMENTED
    ]
    return [chain_sentence(context, block.item, chain) for block, chain in documented[:_CHAINS]]


def _leading(context: Context) -> list[Markup]:
    """One sentence on the inferred chain that leads in a class, where draws give it a word of likelihood."""
    sentences = []
    for block in context.publication.trace.items:
        chain = max((c for c in block.chains if c.share is not None), key=lambda c: c.share or 0.0, default=None)
        word = likelihood(context, chain) if chain else None
        if chain is None or word is None or chain.basis is ChainBasis.DOCUMENTED:
            continue
        sentence = context.t(
            "key.leading",
            item=context.item(block.item),
            route=context.route(holders(chain)),
            share=context.drawn(chain.share, chain.low, chain.high),
            word=context.term("likelihood", word.value),
        )
        keys = [key for step in chain.steps for key in step.movements]
        sentences.append(Markup("{} {}").format(sentence, context.movement_refs(keys) or context.refs(chain.sources)))
    return sentences[:_CHAINS]


def _gaps(context: Context) -> list[Markup]:
    blocks = [b for b in context.publication.trace.items if b.unrecorded is not None and b.unrecorded > 0]
    counted = [
        context.t("key.share_of", name=context.item(block.item), share=told)
        for block in context.publication.trace.items
        if (told := opening_words(context, block))
    ]
    opened = [context.t("key.opening", names=context.comma.join(counted[:6]))] if counted else []
    if not blocks:
        return opened
    names = context.comma.join(
        context.t(
            "key.share_of",
            name=context.item(b.item),
            share=context.drawn(b.unrecorded, b.unrecorded_low, b.unrecorded_high),
        )
        for b in blocks[:6]
    )
    return [context.t("key.unrecorded", n=len(blocks), all=len(context.publication.trace.items), names=names), *opened]
