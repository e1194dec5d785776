"""Parts: a report that sums up what others list part by part, read so that it counts once and is still heard.

One source reports 100 to a state, another 60 to one of its forces and 40 to another. A standing linking of kind
``parts`` says that the two are the parts of the one. Then every statement on the whole is heard under each part, with
the part's share of its figure (by the parts' own figures): 60 and 40 of the 100, or 63 and 42 of 105, so that what the
whole and the sum of its parts differ by shows as a conflict of each part. No statement is changed in the case, and
taken back, the linking is as if it had never been.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from takingstock.records import Ledger, Linking, LinkKind, Quantity, Statement, derive

OF = "#of#"
"""Stands in the id of a share of a statement, before the key of its part."""


def standing_parts(linkings: Iterable[Linking], keys: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """By whole its parts, as standing linkings have it, under the keys that merges give (``keys``)."""
    found: dict[str, tuple[str, ...]] = {}
    for one in sorted(linkings, key=lambda linking: linking.id):
        if one.kind is LinkKind.PARTS and not one.withdrawn:
            whole = keys.get(one.into, one.into)
            parts = tuple(sorted({keys.get(key, key) for key in one.movements}))
            if whole not in parts:
                found.setdefault(whole, parts)
    return found


def in_parts(ledger: Ledger, parts: Mapping[str, Sequence[str]]) -> Ledger:
    """The ledger with every statement on a whole read as its shares under the parts that are there. A part without a
    figure hears it without one; a whole none of whose parts has one stays as it is, and counts alone."""
    groups: dict[str, list[Statement]] = {}
    named = {*parts, *(key for own in parts.values() for key in own)}
    for statement in ledger.statements:
        if statement.movement in named:
            groups.setdefault(statement.movement, []).append(statement)
    divided: dict[str, dict[str, float | None]] = {}
    for whole, own in parts.items():
        figures = {key: _figure(key, groups[key], ledger) for key in own if key in groups}
        total = sum(figure or 0.0 for figure in figures.values())
        if whole in groups and total:
            divided[whole] = {key: figure / total if figure else None for key, figure in figures.items()}
    if not divided:
        return ledger
    statements: list[Statement] = []
    for statement in ledger.statements:
        share = divided.get(statement.movement)
        statements += [statement] if share is None else [_share(statement, key, part) for key, part in share.items()]
    return ledger.model_copy(update={"statements": tuple(sorted(statements, key=lambda one: one.id))})


def _figure(key: str, statements: Sequence[Statement], ledger: Ledger) -> float | None:
    return derive(key, statements, ledger.source_by_id, lambda part, whole: part == whole).quantity.best


def _share(statement: Statement, key: str, part: float | None) -> Statement:
    value = statement.value
    changed = {
        "id": f"{statement.id}{OF}{key}",
        "movement": key,
        "quantity": _part_of(statement.quantity, part),
        "value": value and value.model_copy(update={"amount": _part_of(value.amount, part)}),
        "tiv": None if statement.tiv is None or part is None else statement.tiv * part,
    }
    said = f"a part of {statement.quantity} that {statement.id} reports together"
    return statement.model_copy(update=changed | {"remark": "; ".join(filter(None, (statement.remark, said)))})


def _part_of(quantity: Quantity, part: float | None) -> Quantity:
    """A share of a figure (None: nobody knows which); rounding of the arithmetic must not show as a figure."""
    if part is None:
        return Quantity(unit=quantity.unit)
    bounds = {name: getattr(quantity, name) for name in ("low", "high", "mode")}
    return quantity.model_copy(
        update={name: round(value * part, 6) for name, value in bounds.items() if value is not None}
    )
