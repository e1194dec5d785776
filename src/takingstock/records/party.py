"""Party: whoever can hold, send or receive arms. Private persons are never parties; a bearer is a redacted role."""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.base import Record
from takingstock.records.dates import DateRange


class PartyKind(StrEnum):
    """What a party is. A state is not its army; a force, unit or depot is a party of its own."""

    STATE = "state"
    FORCE = "force"
    UNIT = "unit"
    DEPOT = "depot"
    AUTHORITY = "authority"
    ARMED_GROUP = "armed-group"
    COMPANY = "company"
    ORGANISATION = "organisation"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """The roles a party can have towards an item; they are five different things (and two more for a sighting)."""

    DESIGNER = "designer"
    MANUFACTURER = "manufacturer"
    EXPORTER = "exporter"
    BROKER = "broker"
    END_USER = "end-user"
    POSSESSOR = "possessor"
    RECOVERER = "recoverer"


class Party(Record):
    """``exists`` bounds it in time (the USSR is not Russia); ``part_of`` is the party it belongs to (army → state);
    ``country`` is the id of its home state, if any."""

    id: str
    name: str
    kind: PartyKind
    part_of: str | None = None
    country: str | None = None
    aliases: tuple[str, ...] = ()
    exists: DateRange = DateRange()
    successors: tuple[str, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    source: str = ""
    verified: bool = True
    remark: str = ""
