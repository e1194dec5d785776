"""Contact: the right-of-reply log. Whoever is named is asked before publication, and what they say is printed."""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.base import Record
from takingstock.records.dates import DateRange


class ContactKind(StrEnum):
    """What happened. ``no-address``: nobody could be found to ask, which is said, not hidden."""

    ASKED = "asked"
    REMINDED = "reminded"
    REPLIED = "replied"
    DECLINED = "declined"
    NO_ADDRESS = "no-address"


class Contact(Record):
    """``party`` is who is named in the case; ``about`` are ids of statements, movements or sightings. ``deadline`` is
    until when an answer was asked for; ``text`` what was asked, or what they said."""

    id: str
    party: str
    kind: ContactKind
    when: DateRange
    person: str
    channel: str = ""
    about: tuple[str, ...] = ()
    deadline: DateRange = DateRange()
    text: str = ""
    reference: str = ""
