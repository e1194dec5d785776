"""Supply chains: per class a Sankey of the leading chains and a table of all that are listed.

Many classes are many pages: the first :data:`_BLOCKS` are printed in full, the others as one line each, and the page
says so. In a drawing chains beyond :data:`_DRAWN` are one band, the remainder.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from takingstock.records import Chain, ChainBasis, OriginKind, TraceItem
from takingstock.report.bearing import nothing_left, twice
from takingstock.report.blocks import Block, Cell, Column, Figure, Heading, Row, Section, Table, Text, cell
from takingstock.report.cautions import caution_words
from takingstock.report.context import Context, isolated, span_text
from takingstock.report.drawn import (
    confidence_words,
    draws_words,
    likelihood,
    likelihood_words,
    made,
    median_words,
    ranks_words,
    total_words,
)
from takingstock.report.reply import chains_box
from takingstock.report.sections.standing import influence, points
from takingstock.report.totals import received, received_words
from takingstock.report.voices import basis_words, telling
from takingstock.report.words import (
    agreement,
    agreement_words,
    definition_words,
    diversion_words,
    holders,
    lag_words,
    malpractice_words,
    mode_words,
    opening_words,
    quoted,
    rule_words,
    share_words,
    step_words,
)

_BLOCKS = 15
_DRAWN = 8
_CAUTIONS = 3
WIDE = 0.4
"""Width of an interval from which on a band is drawn pale."""


def section(context: Context) -> Section | None:
    """Documented chains lead; classes without any chain come last and short."""
    trace = context.publication.trace
    if not trace.items:
        return None
    t = context.t
    ranked = sorted(trace.items, key=_rank)
    full = [block for block in ranked if block.chains][:_BLOCKS]
    short = [block for block in ranked if block not in full]
    at = t("chain.until", at=context.when(trace.at)) if trace.at.known else Markup()
    lead = t(
        f"chain.lead.{trace.of}" if context.words.has(f"chain.lead.{trace.of}") else "chain.lead.received",
        holder=context.party(trace.holder),
        at=at,
        policy=rule_words(context, trace.policy),
        births=rule_words(context, trace.births),
    )
    blocks: list[Block] = [Text(lead, "lead")]
    if made(trace):
        blocks += [Text(line, "caution") for line in draws_words(context)]
        blocks.append(Text(t("chain.kinds"), "caution"))
    else:
        blocks.append(Text(Markup("{} {}").format(t("chain.arithmetic"), t("chain.kinds")), "caution"))
    if notice := chains_box(context):
        blocks.append(notice)
    for block in full:
        blocks += _block(context, block)
    if short:
        blocks.append(Heading(t("chain.short_title")))
        blocks.append(_short(context, short))
    return Section("chains", t("section.chains"), tuple(blocks))


def _rank(block: TraceItem) -> tuple[bool, bool, int, str]:
    documented = any(chain.basis is ChainBasis.DOCUMENTED for chain in block.chains)
    longest = max((len(chain.steps) for chain in block.chains), default=0)
    return not documented, not block.chains, -longest, block.item


def _block(context: Context, block: TraceItem) -> list[Block]:
    t, n = context.t, context.next_figure()
    name = context.item(block.item)
    drawn = [chain for chain in block.chains if chain.share is not None and chain.share > 0 and chain.steps][:_DRAWN]
    # Where nobody gives a number, a share of the one arrival is no width either.
    unquantified = not drawn or block.total is None
    if unquantified:
        drawn = [chain for chain in block.chains if chain.steps][:_DRAWN]
    left = len(block.chains) - len(drawn)
    notes = []
    if unquantified:
        notes.append(t("chain.unquantified"))
    if left > 0:
        notes.append(t("chain.left", n=left))
    if drawn and not unquantified and made(context.publication.trace):
        notes.append(t("drawn.widths"))
        if any(_span(chain) for chain in drawn):
            notes.append(t("drawn.beside"))
        if any(_wide(chain) for chain in drawn):
            notes.append(t("drawn.pale", points=isolated(f"{100 * WIDE:.0f}")))
    figure = Figure(
        name=f"chains-{block.item}",
        chart="sankey",
        number=n,
        title=t("chain.figure", item=name, holder=context.party(context.publication.trace.holder)),
        description=t("chain.description", n=len(drawn)),
        data=_sankey(context, drawn, unquantified, _rest(context, block, drawn)),
        table=_table(context, block),
        note=Markup(" ").join(notes),
    )
    parts = [_total(context, block), *total_words(context, block)]
    if block.unrecorded is not None and (block.unrecorded > 0 or block.unrecorded_high):
        share = context.drawn(block.unrecorded, block.unrecorded_low, block.unrecorded_high)
        parts.append(t("chain.unrecorded", share=share))
    if counted := opening_words(context, block):
        parts.append(t("chain.opening", list=counted))
    if len(block.classes) > 1:
        names = context.comma.join(context.item(item) for item in block.classes[:8])
        parts.append(t("chain.tied", names=names))
    blocks: list[Block] = [Heading(name), Text(Markup(" ").join(parts), "about")]
    if block.origins:
        blocks.append(Text(t("chain.origins", list=_origins(context, block)), "about"))
    if confidence := confidence_words(context, block):
        blocks.append(Text(confidence, "confidence"))
    if again := twice(context.publication.taxonomy, block, context.publication.trace):
        names = context.comma.join(context.item(item) for item in again)
        blocks.append(Text(t("chain.twice", item=name, names=names), "caution"))
    blocks += [
        Text(caution_words(context, caution, block.classes), "caution") for caution in block.cautions[:_CAUTIONS]
    ]
    if len(block.cautions) > _CAUTIONS:
        blocks.append(Text(t("chain.more_cautions", n=len(block.cautions) - _CAUTIONS), "caution"))
    return [*blocks, figure, *points(context, block), *influence(context, block)]


def _total(context: Context, block: TraceItem) -> Markup:
    """What came, or what is left of it; that nothing is left is not that nobody counted."""
    held = context.publication.trace.of == "held"
    if block.total is None:
        left = nothing_left(context.publication.trace, block)
        return context.t("chain.nothing_left" if left else "chain.total_unknown")
    return context.t("chain.total_held" if held else "chain.total", n=received_words(context, block))


def _wide(chain: Chain) -> bool:
    """Whether the middle 90 % of draws is so wide that the width of a band is only the middle of it."""
    return chain.low is not None and chain.high is not None and chain.high - chain.low > WIDE


def _span(chain: Chain) -> str:
    """The middle 90 % of draws as text; empty where there is none or it is narrower than what is printed."""
    return "" if chain.low is None or chain.high is None else span_text(chain.low, chain.high)


def _origins(context: Context, block: TraceItem) -> Markup:
    shown = sorted(block.origins, key=lambda origin: (-origin.share, origin.party))[:8]
    return context.semicolon.join(
        context.t(
            "chain.origin",
            party=context.party(origin.party),
            kind=context.term("origin", origin.kind.value),
            share=context.drawn(origin.share, origin.low, origin.high),
        )
        for origin in shown
    )


def _rest(context: Context, block: TraceItem, drawn: list[Chain]) -> float:
    """The share of what is not drawn. Medians need not add up to one, so with draws it is no difference of sums."""
    if made(context.publication.trace) and block.remainder is not None:
        return block.remainder + sum(chain.share or 0 for chain in block.chains if chain not in drawn)
    return max(0.0, 1.0 - sum(chain.share or 0 for chain in drawn))


def _sankey(context: Context, chains: list[Chain], unquantified: bool, rest: float) -> dict[str, Any]:
    """Nodes stand by their distance from the holder asked about, so that no cycle can arise."""
    nodes: dict[str, dict[str, Any]] = {}
    links: list[dict[str, Any]] = []

    def node(distance: int, key: str, label: str, kind: str) -> str:
        id = f"{distance}|{key}"
        nodes.setdefault(id, {"id": id, "label": label, "kind": kind, "depth": distance})
        return id

    for index, chain in enumerate(chains, 1):
        parties = holders(chain)
        value = 1.0 if unquantified else chain.share
        span = "" if unquantified else _span(chain)
        told = {"span": context.words.ltr(span) if span else "", "wide": _wide(chain) and not unquantified}
        last = len(parties) - 1
        if chain.origin is not OriginKind.PRODUCED:
            start = node(last + 1, f"?{chain.origin.value}", context.term_text("origin", chain.origin.value), "unknown")
            links.append(_link(start, f"{last}|{parties[0]}", value, "unknown", index, "") | told)
        for place, party in enumerate(parties):
            kind = "holder" if place == last else "origin" if place == 0 else "middle"
            node(last - place, party, context.party_text(party), kind)
        for place, step in enumerate(chain.steps):
            text = f"{mode_words(context, step.mode)}, {context.when_text(step.when)}"
            ends = f"{last - place}|{step.from_party}", f"{last - place - 1}|{step.to_party}"
            basis = "diverted" if chain.diversion == place else chain.basis.value
            links.append(_link(*ends, value, basis, index, text) | {"chain_basis": chain.basis.value} | told)
    if chains and not unquantified and rest > 0.0005:
        start = node(1, "?rest", context.words.plain("chain.rest"), "unknown")
        links.append(_link(start, f"0|{holders(chains[0])[-1]}", rest, "unknown", 0, ""))
    return {
        "nodes": list(nodes.values()),
        "links": links,
        "legend": {
            key: context.words.plain(f"legend.{key}") for key in ("documented", "inferred", "diverted", "unknown")
        },
    }


def _link(source: str, target: str, value: float | None, basis: str, chain: int, text: str) -> dict[str, Any]:
    return {"source": source, "target": target, "value": value, "basis": basis, "chain": chain, "text": text}


def _table(context: Context, block: TraceItem) -> Table:
    t = context.t
    columns = (
        Column("no", t("column.no"), True),
        Column("basis", t("column.basis")),
        Column("steps", t("column.steps")),
        Column("share", t("column.share"), True),
    )
    rows = tuple(_row(context, block, chain, index) for index, chain in enumerate(block.chains, 1))
    notes = [t("chain.definition", text=definition_words(context, block))] if block.definition else []
    if block.remainder is not None and block.remainder > 0:
        rest = context.whole if made(context.publication.trace) else context.share
        notes.append(t("chain.remainder", share=rest(block.remainder)))
    trace = context.publication.trace
    about = (
        ("holder", trace.holder),
        ("item", block.item),
        ("unit", block.unit.value),
        ("total", block.total),
        ("total_bound", _bound(context, block)),
        ("total_drawn", block.total_drawn),
        ("total_low", block.total_low),
        ("total_high", block.total_high),
        ("arrived", block.arrived),
        ("policy", trace.policy),
        ("births", trace.births),
        ("of", trace.of),
        ("definition", block.definition),
        ("unrecorded", block.unrecorded),
        ("remainder", block.remainder),
        ("unrecorded_low", block.unrecorded_low),
        ("unrecorded_high", block.unrecorded_high),
        ("confidence", block.confidence.value if block.confidence else None),
        ("draws", trace.draws),
        ("seed", trace.seed),
        ("revision", trace.revision),
    )
    name = f"chains-{block.item}"
    return Table(name, Markup(), columns, rows, Markup(" ").join(notes), css="chains", about=about)


def _row(context: Context, block: TraceItem, chain: Chain, index: int) -> Row:
    t = context.t
    steps = []
    for place, step in enumerate(chain.steps):
        mark = Markup(" <em class='point'>{}</em>").format(t("chain.point")) if place == chain.diversion else Markup()
        steps.append(Markup("<li>{}{}</li>").format(step_words(context, step), mark))
    if chain.after:
        after = Markup().join(Markup("<li>{}</li>").format(step_words(context, step)) for step in chain.after)
        steps.append(Markup("</ol><p class='after'>{}</p><ol class='steps'>{}").format(t("chain.after"), after))
    badge = Markup("<span class='badge {0}'>{1}</span>").format(chain.basis.value, basis_words(context, chain))
    begins = t("chain.begins", kind=context.term("origin", chain.origin.value))
    keys = [key for step in chain.steps for key in step.movements]
    refs = context.movement_refs(keys) or context.refs(chain.sources)
    said = (
        median_words(context, block, chain) or share_words(context, block, chain),
        likelihood_words(context, block, chain),
        ranks_words(context, block, chain),
        agreement_words(context, chain),
    )
    detail = [begins, *(words for words in said if words)]
    detail += [lag_words(context, lag) for lag in chain.lag]
    detail += [diversion_words(context, chain), malpractice_words(context, chain)]
    if chain.remark and chain.quantity:
        detail.append(quoted(context, chain.remark))
    if chain.label:
        detail.append(t("chain.name", name=Markup("<code>{}</code>").format(chain.label)))
    detail.append(t("chain.sources", refs=context.refs(chain.sources)))
    items = Markup().join(Markup("<li>{}</li>").format(line) for line in detail)
    word = likelihood(context, chain)
    return Row(
        (
            Cell(isolated(str(index)), index, True),
            Cell(badge, chain.basis.value),
            Cell(Markup("<ol class='steps'>{}</ol>").format(Markup().join(steps)), _plain(chain)),
            Cell(Markup("{} {}").format(_share(context, chain), refs), chain.share, True),
        ),
        detail=Markup("<ul>{}</ul>").format(items),
        plain=(
            ("told", telling(context, chain)),
            ("low", chain.low),
            ("high", chain.high),
            ("likelihood", word.value if word else None),
            ("probability", chain.probability),
            ("leads", chain.leads),
            ("ranks", "; ".join(f"{policy}={rank}" for policy, rank in chain.ranks)),
            ("quantity", chain.quantity),
            ("denominator", block.total),
            ("denominator_bound", _bound(context, block)),
            ("origin", chain.origin.value),
            ("diversion_step", None if chain.diversion is None else chain.diversion + 1),
            ("agreement", "; ".join(f"{name}={share:.6f}" for name, share in agreement(chain))),
            ("lag_days", "; ".join(f"{lag.event}: {lag.low}..{lag.high}" for lag in chain.lag)),
            ("movements", ";".join(keys)),
            ("sources", ";".join(chain.sources)),
        ),
    )


def _share(context: Context, chain: Chain) -> Markup:
    """The share with its interval under it."""
    if chain.share is None or chain.low is None or chain.high is None:
        return context.drawn(chain.share, None, None)
    span = span_text(chain.low, chain.high)
    share = context.whole(chain.share)
    return Markup("{}<br><small class='span'>{}</small>").format(share, isolated(span)) if span else share


def _bound(context: Context, block: TraceItem) -> str | None:
    return None if block.total is None else str(received(context, block))


def _plain(chain: Chain) -> str:
    return " | ".join(
        f"{step.from_party} > {step.to_party} ({step.mode}, {step.when or '?'}"
        + (f", via {'+'.join(step.via)}" if step.via else "")
        + ")"
        for step in chain.steps
    )


def _short(context: Context, blocks: list[TraceItem]) -> Table:
    t = context.t
    columns = (
        Column("item", t("column.class")),
        Column("total", t("column.received"), True),
        Column("unrecorded", t("column.unrecorded"), True),
        Column("origins", t("column.origins")),
    )
    rows = []
    for block in blocks:
        if block.total is not None:
            total = received_words(context, block)
        else:
            total = t("chain.nothing_left" if nothing_left(context.publication.trace, block) else "unknown")
        keys = [key for chain in block.chains for step in chain.steps for key in step.movements]
        rows.append(
            Row(
                (
                    cell(block.item, context.item(block.item)),
                    Cell(
                        Markup("{} {}").format(total, context.movement_refs(keys)),
                        block.total,
                        True,
                    ),
                    Cell(
                        context.drawn(block.unrecorded, block.unrecorded_low, block.unrecorded_high),
                        block.unrecorded,
                        True,
                    ),
                    Cell(
                        _origins(context, block),
                        "; ".join(f"{o.party} {o.kind.value} {o.share:.4f}" for o in block.origins),
                    ),
                ),
                plain=(("unit", block.unit.value), ("definition", block.definition)),
            )
        )
    return Table(
        "other-classes", t("chain.short_caption"), columns, tuple(rows), number=context.next_table(), limit=120
    )
