"""Tests about what is applied for: kind, licence, date, classes of goods, quantities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from takingstock.records import ApplicationKind, Goods, Unit
from takingstock.risk.policies.matter import Matter, parsed
from takingstock.risk.policies.parties import in_force
from takingstock.risk.policies.truth import Found, Truth, any_of, met, not_met, unknown


def kind(matter: Matter, wanted: list[str]) -> Found:
    found = matter.dossier.application.kind.value
    return (met if found in wanted else not_met)(f"applied for: {found}")


def licence(matter: Matter, wanted: list[str]) -> Found:
    found = matter.dossier.application.licence.value
    return (met if found in wanted else not_met)(f"the licence is {found}")


def brokered(matter: Matter, _: str) -> Found:
    app = matter.dossier.application
    if app.brokers:
        return met(f"brokered by {', '.join(matter.name(one) for one in app.brokers)}", *app.brokers)
    if app.kind is ApplicationKind.BROKERING:
        return met("applied for: brokering")
    return not_met("no broker is named")


def when(matter: Matter, text: str) -> Found:
    found = in_force(matter, parsed(text), "the rule")
    if found.truth is not Truth.MET:
        return found
    return met(f"the authorisation is of {matter.dossier.decided}")


def goods(matter: Matter, wanted: list[str]) -> Found:
    return _lines(matter, lambda line: _class(matter, line, wanted), _words("of the class", wanted))


def group(matter: Matter, wanted: list[str]) -> Found:
    def one(line: Goods) -> bool | None:
        found = matter.dossier.around.group(line.item)
        return found in wanted if found and found != "weapons" else None

    return _lines(matter, one, _words("in the group", wanted))


def military_list(matter: Matter, wanted: list[str]) -> Found:
    def one(line: Goods) -> bool | None:
        found = listed(matter, line.item)
        return found in wanted if found else None

    return _lines(matter, one, _words("in the category", wanted))


def listed(matter: Matter, item: str) -> str:
    """The military-list category of a class; empty where the table has none."""
    known = matter.dossier.around.taxonomy
    return known.get(item).military_list if known.has(item) else ""


_HOW_MANY = "How many of each line are applied for?"


def quantity_above(matter: Matter, value: dict[str, Any]) -> Found:
    unit = Unit(value["unit"][0]) if "unit" in value else Unit.ITEMS
    bound, low, high = float(value["above"]), 0.0, 0.0
    open_end = other = False
    for line in matter.dossier.goods:
        fits = _class(matter, line, value["goods"]) if "goods" in value else True
        if fits is False:
            continue
        if line.quantity.unit is not unit and line.quantity.known:
            # Items, rounds and tonnes are never added, so how many of the rule's unit this is cannot be known; a rule
            # that names no goods does not speak of what is always counted otherwise, such as ammunition in rounds.
            other = other or (line.quantity.high != 0 and ("goods" in value or not _usual(matter, line)))
            continue
        low += (line.quantity.low or 0.0) if fits else 0.0
        open_end = open_end or line.quantity.high is None
        high += line.quantity.high or 0.0
    what = f"{' or '.join(value['goods'])} " if "goods" in value else ""
    if low > bound:
        return met(f"more than {bound:g} {what}({unit.value}) are applied for")
    if not open_end and not other and high <= bound:
        return not_met(f"no more than {bound:g} {what}({unit.value}) are applied for")
    asked = f"How many of each line, in {unit.value}, are applied for?" if other else _HOW_MANY
    question = matter.ask("application.goods.quantity", asked)
    return unknown(f"whether more than {bound:g} {what}({unit.value}) are applied for is not known", question)


def _usual(matter: Matter, line: Goods) -> bool:
    """Whether the line is counted as its class is."""
    taxonomy = matter.dossier.around.taxonomy
    return taxonomy.has(line.item) and taxonomy.get(line.item).unit is line.quantity.unit


def requirement_exceeded(matter: Matter, _: str) -> Found:
    def one(line: Goods) -> Found:
        name, asked, needed = matter.dossier.around.item_name(line.item), line.quantity, line.requirement
        if asked.low is not None and needed.high is not None and asked.low > needed.high:
            return met(f"{name}: {asked} are applied for, and the end user says it needs {needed}")
        if asked.high is not None and needed.low is not None and asked.high <= needed.low:
            return not_met(f"{name}: {asked} are within the {needed} that the end user says it needs")
        question = matter.ask(
            "application.goods.requirement", "How many does the end user need in all, and how many are applied for?"
        )
        return unknown(f"{name}: what the end user needs in all is not known", question)

    return any_of(one(line) for line in matter.dossier.goods)


def _words(what: str, wanted: list[str]) -> str:
    return f"{what} {' or '.join(wanted)}" if len(wanted) < 4 else f"{what} {wanted[0]} or {len(wanted) - 1} others"


def _class(matter: Matter, line: Goods, wanted: list[str]) -> bool | None:
    """Whether a line is of a class; None: its class is broader than the one asked for, or not in the table."""
    around = matter.dossier.around
    if any(around.is_a(line.item, one) for one in wanted):
        return True
    if any(around.is_a(one, line.item) for one in wanted) or not around.taxonomy.has(line.item):
        return None
    return None if around.mixed(line.item) else False


def _lines(matter: Matter, test: Callable[[Goods], bool | None], what: str) -> Found:
    def one(line: Goods) -> Found:
        name, fits = matter.dossier.around.item_name(line.item), test(line)
        if fits is None:
            question = matter.ask("application.goods.item", "Which types, exactly, are the goods of each line?")
            return unknown(f"whether {name} is {what} is not known", question, rests_on=(line.item,))
        return met(f"{name} is {what}", line.item) if fits else not_met(f"{name} is not {what}", line.item)

    return any_of(one(line) for line in matter.dossier.goods)
