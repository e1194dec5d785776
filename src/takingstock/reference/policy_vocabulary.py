"""The vocabulary of policies: every named test, what it takes and what it asks. The engine has one function for each.

A reader turns what stands in the file into the form that the engine reads (lists, numbers); it raises BadValueError
for anything else. ``number``: the test compares an estimate (a forecast, an indicator), which may tighten and never
lift, so it may not stand where meeting it would lift a rule.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from takingstock.records import (
    ApplicationKind,
    BadValueError,
    ControlKind,
    DateRange,
    FindingKind,
    ItemGroup,
    LicenceKind,
    Outcome,
    PartyKind,
    ReplyValue,
    Unit,
)
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.reference.treaties import NAMES

COMBINATORS = ("all", "any", "not", "answered")
EU = "European Union"


@dataclass(frozen=True)
class Form:
    """One test. ``takes`` and ``says`` are printed in the documentation."""

    takes: str
    says: str
    read: Callable[[Any], Any]
    number: bool = False


def nearest(text: str, known: tuple[str, ...]) -> str:
    """A hint with the nearest of the known words, or all of them where there are few."""
    from rapidfuzz import process

    near = [hit for hit, _, _ in process.extract(text, known, limit=3, score_cutoff=55)]
    if near:
        return f"did you mean {', '.join(near)}?"
    return f"known: {', '.join(known)}"


def _texts(value: Any) -> list[str]:
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not found or not all(isinstance(one, str) and one for one in found):
        raise BadValueError("takes a text or a list of texts")
    return list(found)


def _of(words: type[StrEnum] | tuple[str, ...], what: str) -> Callable[[Any], list[str]]:
    known = words if isinstance(words, tuple) else tuple(one.value for one in words)

    def read(value: Any) -> list[str]:
        found = _texts(value)
        for one in found:
            if one not in known:
                raise BadValueError(f"unknown {what} {one!r}; {nearest(one, known)}")
        return found

    return read


def _one(*known: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in known:
            raise BadValueError(f"takes {' or '.join(known)}, not {value!r}")
        return str(value)

    return read


def _states(value: Any) -> list[str]:
    found = _texts(value)
    for one in found:
        known = directory()
        if not known.has(one):
            near = known.suggest(one)
            hint = f"did you mean {', '.join(near)}?" if near else "write its three letters, such as IRQ"
            raise BadValueError(f"unknown state {one!r}; {hint}")
        if known.get(one).kind is not PartyKind.STATE:
            raise BadValueError(f"{one!r} is no state; name forces and groups with end_user")
    return found


def _items(value: Any) -> list[str]:
    found = _texts(value)
    for one in found:
        if not taxonomy().has(one):
            near = ", ".join(item.id for item, _ in taxonomy().suggest(one, 3))
            raise BadValueError(
                f"unknown item class {one!r}; {f'did you mean {near}?' if near else 'see docs/items.md'}"
            )
    return found


def _lists(value: Any) -> list[str]:
    found = _texts(value)
    for one in found:
        if not re.fullmatch(r"ML([1-9]|1\d|2[0-2])", one):
            raise BadValueError(f"unknown category {one!r}; write ML1 to ML22")
    return found


def _dates(value: Any) -> str:
    if not isinstance(value, str) or not DateRange.parse(value).known:
        raise BadValueError(f"takes a date or a range, such as 2014-12-24.., not {value!r}")
    return value


def _since(value: Any) -> str:
    return value if value == "decision" else _dates(value)


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise BadValueError(f"takes a number, not {value!r}") from None
    if not math.isfinite(number):
        raise BadValueError(f"takes a number, not {value!r}")
    return number


def _whole(value: Any) -> int:
    number = _number(value)
    if number < 1 or number != int(number):
        raise BadValueError(f"takes a whole number from 1, not {value!r}")
    return int(number)


def _answers(words: tuple[str, ...]) -> Callable[[Any], dict[str, str]]:
    def read(value: Any) -> dict[str, str]:
        if not isinstance(value, dict) or not value:
            raise BadValueError(f"takes names, each with {' or '.join(words)}")
        for name, one in value.items():
            if one not in words:
                raise BadValueError(f"{name}: takes {' or '.join(words)}, not {one!r}")
        return dict(value)

    return read


def _fields(short: str = "", **readers: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    """A mapping with some of these fields; a bare text stands for the field ``short``; a trailing ``_`` is required."""

    def read(value: Any) -> dict[str, Any]:
        if short and isinstance(value, str):
            value = {short: value}
        if not isinstance(value, dict):
            raise BadValueError(f"takes {', '.join(name.rstrip('_') for name in readers)}")
        known = {name.rstrip("_"): reader for name, reader in readers.items()}
        for name in value:
            if name not in known:
                raise BadValueError(f"unknown field {name!r}; {nearest(name, tuple(known))}")
        for name in readers:
            if name.endswith("_") and name.rstrip("_") not in value:
                raise BadValueError(f"{name.rstrip('_')} is missing")
        return {name: known[name](one) for name, one in value.items()}

    return read


def _bounded(read: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    def reader(value: Any) -> dict[str, Any]:
        found = read(value)
        if ("above" in found) == ("below" in found):
            raise BadValueError("takes either above or below")
        return found

    return reader


_YES = _one("yes")
_YES_NO = tuple(one.value for one in ReplyValue if one is not ReplyValue.UNKNOWN)
_OUTCOMES = tuple(one.value for one in Outcome)

VOCABULARY: Mapping[str, Form] = {
    "destination": Form("states", "The state of the end user, or of the consignee, is one of these.", _states),
    "authority": Form("states", "The state whose decision it is, is one of these.", _states),
    "authority_member_of": Form(
        EU, "That state is a member at the date of the authorisation.", _one(EU)
    ),
    "authority_party_to": Form(
        " or ".join(NAMES), "That treaty binds that state at the date of the authorisation.", _one(*NAMES)
    ),
    "exporter": Form("parties", "The exporter is one of these, a part of one, or of one of these states.", _texts),
    "end_user": Form("parties", "The end user is one of these or a part of one.", _texts),
    "end_user_kind": Form(
        "kinds of party", "The end user is of one of these kinds.", _of(PartyKind, "kind of party")
    ),
    "end_user_named": Form(
        "unit or force",
        "The end user is named down to the unit or depot, or down to the force.",
        _one("unit", "force"),
    ),
    "kind": Form("kinds of application", "What is applied for.", _of(ApplicationKind, "kind of application")),
    "licence": Form("single or open", "The licence is of this kind.", _of(LicenceKind, "kind of licence")),
    "brokered": Form("yes", "A broker is named, or brokering is what is applied for.", _YES),
    "when": Form("a date or range", "The authorisation that is judged lies in this range.", _dates),
    "goods": Form("item classes", "A line of the goods is of one of these classes, or below one.", _items),
    "group": Form("item groups", "A line of the goods lies in one of these broad groups.", _of(ItemGroup, "group")),
    "military_list": Form("ML1 to ML22", "A line of the goods lies in one of these categories.", _lists),
    "quantity_above": Form(
        "above, goods, unit",
        "More than this is applied for, all lines of the class together.",
        _fields(above_=_number, goods=_items, unit=_of(Unit, "unit")),
    ),
    "requirement_exceeded": Form("yes", "A line is larger than what the end user says it needs.", _YES),
    "evidenced": Form(
        "controls", "All of these are shown to work before delivery.", _of(ControlKind, "control")
    ),
    "offered": Form("controls", "All of these are promised, or shown.", _of(ControlKind, "control")),
    "consent": Form("given", "The earlier exporters named consent to the re-export.", _one("given")),
    "reply": Form("question: yes or no", "A person answered these questions so.", _answers(_YES_NO)),
    "gate": Form("gate: outcome", "The gates whose id begins so have this outcome.", _answers(_OUTCOMES)),
    "embargo_on": Form(
        "destination or end_user; since",
        "An embargo that binds is in force on it, or was imposed since.",
        _fields("of", of_=_one("destination", "end_user"), since=_since),
    ),
    "incident": Form(
        "end_user; since",
        "The case records an incident linked to the end user, or one since.",
        _fields("of", of_=_one("end_user"), since=_since),
    ),
    "finding": Form(
        "kind, holder",
        "The audit of the case found this about the end user.",
        _fields(kind_=_of(FindingKind, "kind of finding"), holder=_one("end_user")),
    ),
    "loss_recorded": Form(
        "by; since or within_years",
        "The case records that arms were lost by, stolen or captured from, or passed on without leave by the end user.",
        _fields("by", by=_one("end_user"), since=_since, within_years=_whole),
    ),
    "refusals": Form(
        "by, within_years, goods",
        "The case records that a transfer of such goods to the destination was refused.",
        _fields("by", by=_one("others", "eu", "any"), within_years=_whole, goods=_one("same", "any")),
    ),
    "standing": Form("yes", "A decision that lets goods move stands on this application.", _YES),
    "missed_visit": Form("yes", "A planned visit was missed, or did not see all that was delivered.", _YES),
    "forecast": Form(
        "measure, years, above",
        "The forecast (its middle, or its low or high end) is above this.",
        _fields(
            measure_=_one("any", "tenth", "expected"), years_=_whole, above_=_number, at=_one("low", "value", "high")
        ),
        number=True,
    ),
    "indicator": Form(
        "id, above or below",
        "The indicator of that id is above or below this.",
        _bounded(_fields(id_=lambda value: _texts(value)[0], above=_number, below=_number)),
        number=True,
    ),
}  # fmt: skip
