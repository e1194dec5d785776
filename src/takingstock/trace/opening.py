"""Opening: the stock a holder was counted to have before its first recorded movement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from takingstock.records import Basis, Caution, Count, Movement, Order
from takingstock.trace.commodity import Commodity


def opening_counts(counts: Iterable[Count]) -> list[Count]:
    """Those that say what a stock began with."""
    return [count for count in counts if count.basis is Basis.OPENING and count.quantity.known]


def counted_stocks(commodity: Commodity) -> list[list[Count]]:
    """The counts that the opening stock is made of, those of one stock together, sorted by id."""
    stock, _ = opening_stock(commodity)
    by_stock: dict[tuple[str, str], list[Count]] = defaultdict(list)
    for count in commodity.counts:
        if count.quantity.best and not _too_late(count, commodity.movements):
            by_stock[(count.holder, count.item)].append(count)
    used = [counts for (party, item), counts in by_stock.items() if stock.get(party, {}).get(item)]
    return sorted((sorted(counts, key=lambda count: count.id) for counts in used), key=lambda counts: counts[0].id)


def opening_stock(commodity: Commodity) -> tuple[dict[str, dict[str, float]], list[Caution]]:
    """The opening stock of each holder by class, and what must be said of it. A holder counted to have nothing is
    there, without a class.

    Counts of one stock are not added: the best graded leads (of equal ones the earliest, then the smallest id), and one
    that says otherwise is named. A count of a class includes what lies below it. A count that is dated after a recorded
    movement of its holder is no opening count, and is left out."""
    by_stock: dict[tuple[str, str], list[Count]] = defaultdict(list)
    said: list[Caution] = []
    for count in commodity.counts:
        if _too_late(count, commodity.movements):
            said.append(
                Caution(
                    kind="opening-count-not-first",
                    party=count.holder,
                    item=count.item,
                    source=count.source,
                    when=count.when,
                    quantity=count.quantity,
                    words=(
                        f"The count {count.id} of {count.holder} is dated {count.when}, after a recorded movement of "
                        "that holder: it is not taken as an opening stock."
                    ),
                )
            )
            continue
        by_stock[(count.holder, count.item)].append(count)
    stock: dict[str, dict[str, float]] = {}
    leading = {stock: _best(counts) for stock, counts in by_stock.items()}
    for (holder, item), counts in sorted(by_stock.items()):
        lead = leading[(holder, item)]
        others = [count for count in counts if count.quantity != lead.quantity]
        if any(item.startswith(f"{other}.") for party, other in by_stock if party == holder):
            # A broader count includes it, or contradicts it.
            broader = max((o for p, o in by_stock if p == holder and item.startswith(f"{o}.")), key=len)
            wide = leading[(holder, broader)]
            if (lead.quantity.low or 0.0) > (wide.quantity.high if wide.quantity.high is not None else float("inf")):
                said.append(_contradicted(wide, [lead]))
            continue
        of_holder = stock.setdefault(holder, {})
        if lead.quantity.best:
            of_holder[item] = lead.quantity.best
        if others:
            said.append(_contradicted(lead, sorted(others, key=lambda count: count.id)))
    return stock, said


def _best(counts: list[Count]) -> Count:
    return min(counts, key=lambda count: (count.grade.rank, count.when.sort_key, count.id))


def _contradicted(lead: Count, others: list[Count]) -> Caution:
    listed = "; ".join(f"{count.quantity} ({count.id}, {count.item})" for count in others)
    return Caution(
        kind="opening-count-contradicted",
        party=lead.holder,
        item=lead.item,
        source=lead.source,
        quantity=lead.quantity,
        words=f"The opening stock of {lead.holder} is taken as {lead.quantity} ({lead.id}); others say {listed}.",
    )


def _too_late(count: Count, movements: Iterable[Movement]) -> bool:
    return any(
        count.holder in (movement.from_party, movement.to_party) and movement.when.order(count.when) is Order.BEFORE
        for movement in movements
    )
