"""Cautions of a trace in words, made from their fields; the engine words stand only where those do not suffice."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from markupsafe import Markup

from takingstock.records import BadValueError, Caution, DateRange, Quantity
from takingstock.report.context import Context, foreign, isolated, number, passage

_MAKERS = 6


def caution_words(context: Context, caution: Caution, classes: Iterable[str] = ()) -> Markup:
    """A caution in the report's language with its source; ``classes`` are those that the traced block ties together
    (of the item's production table)."""
    html = None
    if caution.kind in _WORDED:
        html = _WORDED[caution.kind](context, caution, tuple(classes) or ((caution.item,) if caution.item else ()))
    if html is None:
        html = foreign(caution.words, "en") if context.words.code == "en" else passage(caution.words)
    return Markup("{} {}").format(html, context.refs([caution.source] if caution.source else []))


def value_words(context: Context, field: str, value: str) -> Markup:
    """One side's value of a field on which statements differ."""
    try:
        if field == "quantity":
            return context.quantity(Quantity.parse(value))
        if field == "when":
            return context.when(DateRange.parse(value))
    except BadValueError:
        return foreign(value)
    if field in {"from_party", "to_party", "made_in"}:
        return context.party(value)
    if field == "item":
        return context.item(value)
    return context.term("mode", value) if field == "mode" else foreign(value)


def _before_coverage(context: Context, caution: Caution, classes: tuple[str, ...]) -> Markup | None:
    source = context.publication.ledger.source_by_id.get(caution.source or "")
    if not (caution.party and caution.item and caution.when.first and source):
        return None
    return context.t(
        "caution.before-coverage",
        party=context.party(caution.party),
        item=context.item(caution.item),
        when=isolated(str(caution.when.first.year)),
        source=foreign(source.title),
        made=_made(context, "caution.made", caution.party, classes),
    )


def _no_opening_count(context: Context, caution: Caution, classes: tuple[str, ...]) -> Markup | None:
    if not (caution.party and caution.item):
        return None
    made = _made(context, "caution.made", caution.party, classes)
    party, item = context.party(caution.party), context.item(caution.item)
    return context.t("caution.no-opening-count", party=party, item=item, made=made)


def _no_opening_stock(context: Context, caution: Caution, _: tuple[str, ...]) -> Markup | None:
    if not caution.parties:
        return None
    before = caution.when.first
    return context.t(
        "caution.no-opening-stock",
        parties=context.comma.join(context.party(party) for party in caution.parties),
        before=context.t("caution.before", year=isolated(str(before.year))) if before else Markup(),
    )


def _production_unverified(context: Context, caution: Caution, classes: tuple[str, ...]) -> Markup | None:
    if not (caution.party and caution.item):
        return None
    facts = _made(context, "caution.facts", caution.party, classes)
    party, item = context.party(caution.party), context.item(caution.item)
    return context.t("caution.production-unverified", party=party, item=item, facts=facts) if facts else None


def _recipient(context: Context, caution: Caution, _: tuple[str, ...]) -> Markup | None:
    if not (len(caution.parties) > 1 and caution.quantity.known):
        return None
    return context.t(
        "caution.recipient-not-broken-down",
        party=context.party(caution.parties[0]),
        state=context.party(caution.parties[1]),
        quantity=context.quantity(caution.quantity, unit=True),
    )


def _not_recorded(context: Context, caution: Caution, _: tuple[str, ...]) -> Markup | None:
    if not caution.movements:
        return None
    n = isolated(number(len(caution.movements)))
    return context.t("caution.quantity-not-recorded", n=n, refs=context.movement_refs(caution.movements))


def _straddles(context: Context, caution: Caution, _: tuple[str, ...]) -> Markup | None:
    outflow = context.movements.get(caution.movements[1]) if len(caution.movements) > 1 else None
    if outflow is None or caution.item is None or caution.share is None:
        return None
    return context.t(
        "caution.date-straddles",
        item=context.item(caution.item),
        when=context.when(caution.when),
        share=context.share(caution.share),
        outflow=context.when(outflow.when),
        refs=context.movement_refs(caution.movements),
    )


def _contradiction(context: Context, caution: Caution, _: tuple[str, ...]) -> Markup | None:
    movement = context.movements.get(caution.movements[0]) if caution.movements else None
    conflict = next((c for c in movement.conflicts if c.field == caution.field), None) if movement else None
    if conflict is None or caution.item is None:
        return None
    sides = zip(conflict.statements, conflict.values, strict=True)
    said = (
        Markup("{} {}").format(value_words(context, caution.field, value), context.refs([id])) for id, value in sides
    )
    return context.t(
        "caution.contradiction",
        item=context.item(caution.item),
        field=context.term("field", caution.field),
        sides=context.semicolon.join(said),
    )


def _tied(context: Context, _: Caution, classes: tuple[str, ...]) -> Markup | None:
    if len(classes) < 2:
        return None
    return context.t("caution.tied-classes", items=context.comma.join(context.item(item) for item in classes))


def _across(context: Context, caution: Caution, _: tuple[str, ...]) -> Markup | None:
    if not (caution.when.known and caution.quantity.known):
        return None
    return context.t(
        "caution.dated-across-at",
        quantity=context.quantity(caution.quantity, unit=True),
        when=context.when(DateRange.day(caution.when.last) if caution.when.last else caution.when),
        refs=context.movement_refs(caution.movements),
    )


def _undated(context: Context, caution: Caution, _: tuple[str, ...]) -> Markup | None:
    return context.t("caution.undated", refs=context.movement_refs(caution.movements)) if caution.movements else None


def _count_contradicted(context: Context, caution: Caution, _: tuple[str, ...]) -> Markup | None:
    if not (caution.party and caution.item and caution.quantity.known):
        return None
    return context.t(
        "caution.opening-count-contradicted",
        party=context.party(caution.party),
        item=context.item(caution.item),
        quantity=context.quantity(caution.quantity, unit=True),
    )


def _count_not_first(context: Context, caution: Caution, _: tuple[str, ...]) -> Markup | None:
    if not (caution.party and caution.item):
        return None
    return context.t(
        "caution.opening-count-not-first",
        party=context.party(caution.party),
        item=context.item(caution.item),
        when=context.when(caution.when),
    )


def _search_cut(context: Context, caution: Caution, _: tuple[str, ...]) -> Markup | None:
    return context.t("caution.search-cut", item=context.item(caution.item)) if caution.item else None


def _order_open(context: Context, caution: Caution, _: tuple[str, ...]) -> Markup | None:
    if not (caution.item and caution.movements):
        return None
    refs = context.movement_refs(caution.movements)
    return context.t("caution.order-open", item=context.item(caution.item), refs=refs)


def _made(context: Context, key: str, party: str, classes: tuple[str, ...]) -> Markup:
    """What the item table says of the making of the classes in the party's state; empty if nothing."""
    directory, taxonomy = context.publication.directory, context.publication.taxonomy
    state = (directory.country(party) if directory.has(party) else None) or party
    facts = [fact for item in classes if taxonomy.has(item) for fact in taxonomy.productions(item, state)]
    said = []
    for fact in facts[:_MAKERS]:
        # The table's sources are English; the commonest has a name in every language.
        source = context.term("evidence", fact.source)
        source = source if context.words.has(f"evidence.{fact.source}") else foreign(fact.source, "en")
        parts = [context.party(fact.state), context.years(fact.when)]
        if fact.item not in classes:
            parts.insert(0, context.item(fact.item))
        parts += [context.term("mode", "licensed-production")] if fact.licensed else []
        parts += [source] if fact.verified else [source, context.t("unverified")]
        said.append(context.comma.join(parts))
    if not said:
        return Markup()
    return context.t(key, facts=context.semicolon.join(said))


_WORDED: dict[str, Callable[[Context, Caution, tuple[str, ...]], Markup | None]] = {
    "before-coverage": _before_coverage,
    "no-opening-count": _no_opening_count,
    "no-opening-stock": _no_opening_stock,
    "production-unverified": _production_unverified,
    "recipient-not-broken-down": _recipient,
    "quantity-not-recorded": _not_recorded,
    "date-straddles": _straddles,
    "contradiction": _contradiction,
    "tied-classes": _tied,
    "dated-across-at": _across,
    "undated": _undated,
    "opening-count-contradicted": _count_contradicted,
    "opening-count-not-first": _count_not_first,
    "search-cut": _search_cut,
    "order-open": _order_open,
}
