"""Linkings and suggestions as JSON and as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from takingstock.linkage.transfers_suggested import Agreement, LinkSuggestion
from takingstock.verbs.link import Linked, Shown, Suggested
from takingstock.verbs.shapes.figures import Json, Table

_NAMED = 4
"""Keys of a large group that the table names."""


def link_list_json(found: Suggested) -> Json:
    """``{revision, suggestions: [{movements, relation, score, edge, fields, …}], linkings: […]}``."""
    value: Json = found.model_dump(mode="json")
    return value


def link_list_table(found: Suggested) -> Table:
    """One row a suggestion."""
    head = ("score", "edge", "movements", "would be", "rule may join", "agrees", "conflicts", "neither")
    return head, [
        (
            f"{one.score:.1f}",
            f"{one.edge:.1f}",
            _keys(one),
            _would_be(one),
            "yes" if one.automatic else "no",
            _said(one.agreeing),
            _said(one.conflicting),
            _said(field for field in one.fields if field.agrees is None and field.weight),
        )
        for one in found.suggestions
    ]


def link_show_json(found: Shown) -> Json:
    """``{movement, statements, linkings, suggestions}``."""
    value: Json = found.model_dump(mode="json")
    return value


def link_show_table(found: Shown) -> Table:
    """One row a field, one column a statement (as it stands in the case; the earliest stage first), then what the
    movement is read as, and whether those agree that speak of one stage."""
    head = ("", *(one.id for one in found.statements), "read as", "")
    rows: list[tuple[object, ...]] = []
    names = ("movement", "source", "reporter", "stage", "mode", "from_party", "to_party", "via", "item", "designation")
    for name in (*names, "quantity", "when", "made_in", "value", "grade", "remark"):
        said = [_cell(getattr(one, name)) for one in found.statements]
        view = found.movement.key if name == "movement" else _cell(getattr(found.movement, name, ""))
        if any(said) or view:
            rows.append((name.replace("_", " "), *said, view, _verdicts(name, found)))
    return head, rows


def linked_json(made: Linked) -> Json:
    """``{linkings, revision, notes}``."""
    value: Json = made.model_dump(mode="json")
    return value


def linked_table(made: Linked) -> Table:
    """One row a linking written."""
    head = ("linking", "kind", "movements", "statements", "into", "by", "score", "stands")
    return head, [
        (
            one.id,
            one.kind.value,
            ", ".join(one.movements),
            ", ".join(one.statements),
            one.into,
            one.person or one.rule,
            "" if one.score is None else f"{one.score:.1f}",
            "withdrawn" if one.withdrawn else "yes",
        )
        for one in made.linkings
    ]


def _keys(one: LinkSuggestion) -> str:
    more = len(one.movements) - _NAMED
    return ", ".join(one.movements[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _would_be(one: LinkSuggestion) -> str:
    if one.whole:
        return f"{one.relation.value}: {one.whole}"
    stages = "" if one.stages[0] is one.stages[1] else f" ({one.stages[0].value}, {one.stages[1].value})"
    return f"{one.relation.value}{stages}" + (", open which" if one.ambiguous else "")


def _said(fields: Iterable[Agreement]) -> str:
    return "; ".join(f"{one.field} {one.words} ({' / '.join(dict.fromkeys(one.values))})" for one in fields)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    amount, currency = getattr(value, "amount", None), getattr(value, "currency", "")
    return f"{amount} {currency}" if amount is not None else str(value)


def _verdicts(name: str, found: Shown) -> str:
    """Stage by stage, where there are several: what was authorised and what was delivered may differ and agree."""
    told = []
    for stage in found.stages:
        said = [_cell(getattr(one, name)) for one in found.statements if one.id in stage.statements]
        if verdict := _verdict(name, said, {one.field: one for one in stage.conflicts}):
            told.append((stage.stage.value, verdict))
    if name == "stage" or not told:
        return ""
    return told[0][1] if len(found.stages) == 1 else "; ".join(f"{stage}: {verdict}" for stage, verdict in told)


def _verdict(name: str, said: list[str], clash: Mapping[str, object]) -> str:
    given = {text for text in said if text}
    if name in ("movement", "source", "reporter", "remark", "grade", "designation"):
        return ""
    if name in clash:
        return "conflict"
    return "agree" if len(given) == 1 and sum(map(bool, said)) > 1 else ""
