"""What an answer on one class stands on: where its goods left authorised hands, and what each source carries.

A source is left out with all that derives from it, because ten outlets of one report stand or fall together.
"""

from __future__ import annotations

from markupsafe import Markup

from takingstock.records import DiversionPoint, Influence, TraceItem
from takingstock.report.blocks import Block, Cell, Column, Row, Table, Text, cell
from takingstock.report.context import Context, foreign, isolated, number
from takingstock.report.drawn import MATTERS, gone, leading, matters, renames, total_changes
from takingstock.report.totals import arrivals
from takingstock.report.words import mode_words
from takingstock.trace.holders import UNKNOWN_FROM

_POINTS = 8
_SOURCES = 8
_REFERRED = 6


def points(context: Context, block: TraceItem) -> list[Block]:
    """The points of diversion of a class, the largest first. Nothing where none is recorded, or where the only chain
    says it already."""
    if not block.diversion_points or len(block.chains) < 2:
        return []
    t = context.t
    columns = (
        Column("party", t("column.last_authorised")),
        Column("to", t("column.then")),
        Column("mode", t("column.event")),
        Column("when", t("column.when")),
        Column("share", t("column.passed"), True),
    )
    rows = tuple(_point(context, point) for point in block.diversion_points)
    title = t("point.caption", item=context.item(block.item))
    note = t("point.note_drawn" if any(point.low is not None for point in block.diversion_points) else "point.note")
    name = f"diversion-points-{block.item}"
    return [Table(name, title, columns, rows, note, number=context.next_table(), limit=_POINTS, css="points")]


def _point(context: Context, point: DiversionPoint) -> Row:
    holder = context.t("unknown") if point.party == UNKNOWN_FROM else context.party(point.party)
    share = Markup("{} {}").format(
        context.drawn(point.share, point.low, point.high), context.movement_refs(point.movements)
    )
    return Row(
        (
            cell(point.party, holder),
            cell(point.to_party, context.party(point.to_party)),
            cell(point.mode, mode_words(context, point.mode)),
            cell(str(point.when), context.when(point.when)),
            Cell(share, point.share, True),
        ),
        plain=(("low", point.low), ("high", point.high), ("movements", ";".join(point.movements))),
    )


def influence(context: Context, block: TraceItem) -> list[Block]:
    """What the answer would be without each source that matters; one sentence on those without which another chain is
    told of the same goods, one on all others."""
    trace = context.publication.trace
    share = leading(trace, block)
    if not block.influence or share is None:
        return []
    t = context.t
    moving = [one for one in block.influence if matters(one, block)]
    renamed = [one for one in moving if renames(trace, block, one)]
    strong = [one for one in moving if one not in renamed]
    weak = len(block.influence) - len(moving)
    step = isolated(f"{MATTERS:.0%}".replace("%", " %"))
    others = [t("influence.renamed", names=_joined(context, renamed))] if renamed else []
    if not strong:
        if weak:
            others.append(t("influence.none", n=isolated(str(weak)), step=step))
        return [Text(Markup(" ").join(others), "about")]
    columns = (
        Column("source", t("column.without")),
        Column("moves", t("column.moves"), True),
        Column("leading", t("column.leading"), True),
        Column("total", t("column.total_then"), True),
        Column("unrecorded", t("column.unrecorded"), True),
    )
    # Outlets of one report often have one effect each: they share a row.
    alike: dict[tuple[object, ...], list[Influence]] = {}
    for one in strong:
        effect = (one.total, one.leading, one.leads, one.unrecorded, one.moves)
        alike.setdefault(effect, []).append(one)
    rows = tuple(_influence(context, block, ones, share) for ones in alike.values())
    notes = [t("influence.note"), *others]
    if weak:
        notes.append(t("influence.rest", n=isolated(str(weak)), step=step))
    title = t("influence.caption", item=context.item(block.item))
    name = f"influence-{block.item}"
    note = Markup(" ").join(notes)
    return [Table(name, title, columns, rows, note, number=context.next_table(), limit=_SOURCES, css="influence")]


def _influence(context: Context, block: TraceItem, ones: list[Influence], share: float) -> Row:
    """Sources that have one effect, each left out alone."""
    t, one = context.t, ones[0]
    names = [_source(context, each) for each in ones]
    name = names[0]
    if len(names) > 1:
        listed = Markup().join(Markup("<li>{}</li>").format(each) for each in names)
        name = Markup("{}<ul>{}</ul>").format(t("influence.any"), listed)
    nothing = gone(one)
    refs = context.movement_refs(key for each in ones for key in each.movements[:_REFERRED])
    if nothing:
        after = t("influence.uncounted" if _still(context, block, one) else "influence.gone")
    else:
        after = t("influence.instead", after=_share(context, one.leading), before=context.whole(share))
        if not one.leads:
            after = context.comma.join((after, t("influence.falls")))
    return Row(
        (
            cell("; ".join(each.source for each in ones), name),
            Cell(Markup("{} {}").format(context.whole(one.moves), refs), one.moves, True),
            Cell(after, one.leading, True),
            Cell(_total(context, block, one), one.total, True),
            Cell(_share(context, one.unrecorded), one.unrecorded, True),
        ),
        plain=(
            ("leads", "" if nothing else "yes" if one.leads else "no"),
            ("leading_with_all", share),
            ("total_with_all", block.total),
            ("sources", ";".join(dict.fromkeys(id for each in ones for id in each.sources))),
            ("movements", ";".join(dict.fromkeys(key for each in ones for key in each.movements))),
        ),
    )


def _still(context: Context, block: TraceItem, one: Influence) -> bool:
    """Whether some other source states an arrival of the class all the same, without a number to form a share of."""
    keys = {movement.key for movement in arrivals(context, block)}
    keys |= {step.movements[-1] for chain in block.chains for step in chain.steps[-1:] if step.movements}
    silent = set(one.sources)
    return any(s.movement in keys and s.source not in silent for s in context.publication.ledger.statements)


def _total(context: Context, block: TraceItem, one: Influence) -> Markup:
    """The total without the source, beside that with all sources where they differ."""
    if one.total is None:
        return context.t("quantity.unknown")
    after = isolated(number(round(one.total, 1)))
    if block.total is None or not total_changes(one, block):
        return after
    return context.t("influence.instead", after=after, before=isolated(number(round(block.total, 1))))


def _joined(context: Context, ones: list[Influence]) -> Markup:
    return context.semicolon.join(
        Markup("{} {}").format(_named(context, one), context.refs([one.source])) for one in ones
    )


def _named(context: Context, one: Influence) -> Markup:
    source = context.publication.ledger.source_by_id.get(one.source)
    return foreign((source.publisher or source.title) if source else one.source)


def _source(context: Context, one: Influence) -> Markup:
    """A source by name, with what falls with it."""
    name = Markup("{} {}").format(_named(context, one), context.refs([one.source]))
    others = [id for id in one.sources if id != one.source]
    if not others:
        return name
    return Markup("{}<br><small>{}</small>").format(name, context.t("influence.derive", refs=context.refs(others)))


def _share(context: Context, share: float | None) -> Markup:
    return context.share(share) if share is None or share <= 0 else context.whole(share)
