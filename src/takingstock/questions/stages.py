"""Stage by stage: what was notified, authorised, ordered and delivered, between two parties or of one class.

Figures of two stages are never added: an order and its delivery are one transfer, and a notified figure may never have
been ordered. So each stage has its own row, and nothing is subtracted from anything.
"""

from __future__ import annotations

from takingstock.questions.asked import spanned, summed
from takingstock.records import DateRange, Ledger, Quantity, Record, Stage, Statement
from takingstock.reference.parties import Directory
from takingstock.reference.taxonomy import Taxonomy


class Step(Record):
    """What is on record at one stage, by supplier, recipient and class. One voice counts once for each movement."""

    supplier: str
    recipient: str
    item: str
    stage: Stage
    statements: tuple[str, ...]
    quantities: tuple[Quantity, ...]
    unknown: int
    contradict: bool
    when: DateRange
    sources: tuple[str, ...]
    criteria: tuple[str, ...] = ()


def stages(
    ledger: Ledger,
    directory: Directory,
    taxonomy: Taxonomy,
    *,
    recipient: str | None = None,
    supplier: str | None = None,
    item: str | None = None,
    period: DateRange = DateRange(),
) -> tuple[Step, ...]:
    """Rows by supplier, recipient and class, stages in their order. Within a movement and stage the best graded
    statement gives the figure, and ``contradict`` says that others differ."""

    def fits(party: str | None, wanted: str | None) -> bool:
        return wanted is None or (party is not None and (party == wanted or directory.part_of(party, wanted)))

    chosen: dict[tuple[str, str, str, Stage], dict[str, list[Statement]]] = {}
    for statement in ledger.statements:
        if not fits(statement.to_party, recipient) or not fits(statement.from_party, supplier):
            continue
        if (item and not taxonomy.is_a(statement.item, item)) or not statement.when.overlaps(period):
            continue
        key = (statement.from_party or "", statement.to_party or "", statement.item, statement.stage)
        chosen.setdefault(key, {}).setdefault(statement.movement, []).append(statement)
    order = list(Stage)
    return tuple(_step(key, chosen[key]) for key in sorted(chosen, key=lambda key: (*key[:3], order.index(key[3]))))


def _step(key: tuple[str, str, str, Stage], movements: dict[str, list[Statement]]) -> Step:
    supplier, recipient, item, stage = key
    leading = [min(found, key=lambda one: (one.grade.rank, one.id)) for found in movements.values()]
    everyone = [one for found in movements.values() for one in found]
    quantities, unknown = summed(one.quantity for one in leading)
    return Step(
        supplier=supplier,
        recipient=recipient,
        item=item,
        stage=stage,
        statements=tuple(sorted(one.id for one in everyone)),
        quantities=quantities,
        unknown=unknown,
        contradict=any(len({one.quantity for one in found if one.quantity.known}) > 1 for found in movements.values()),
        when=spanned(one.when for one in leading),
        sources=tuple(sorted({one.source for one in everyone})),
        criteria=tuple(sorted({criterion for one in everyone for criterion in one.criteria})),
    )
