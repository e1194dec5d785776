"""Sources: who speaks in a world, and who repeats whom."""

from __future__ import annotations

from datetime import date

from takingstock.records import Coverage, DateRange, Reliability, Source, SourceKind
from takingstock.worlds.running import Calendar

TRADE = ("register", "mirror")
FIELD = ("monitors", "observers")
ECHO = {"register": "bulletin", "mirror": "gazette", "monitors": "wire", "observers": "evening-paper"}
IMAGES, REPOSTS, RECOVERIES, SURVEY, INQUIRY = "pictures", "reposts", "recovery-team", "survey", "inquiry"


def sources(time: Calendar) -> tuple[Source, ...]:
    """The sources of every world; the register and its mirror say from when on they cover."""
    covers = Coverage(period=DateRange(first=time.register, last=time.last), note="deliveries and issues; none earlier")
    after = DateRange.day(date(time.last.year + 1, 3, 1))

    def made(
        id: str, title: str, kind: SourceKind, reliability: Reliability, *, of: str = "", covering: bool = False
    ) -> Source:
        return Source(
            id=id,
            title=title,
            kind=kind,
            reliability=reliability,
            published=after,
            derives_from=(of,) if of else (),
            coverage=covers if covering else None,
            note="invented for a synthetic world",
        )

    found = [
        made("register", "Invented register of transfers", SourceKind.REGISTER, Reliability.B, covering=True),
        made("mirror", "Invented register of the recipients", SourceKind.REGISTER, Reliability.B, covering=True),
        made("monitors", "Invented monitors' reports", SourceKind.OFFICIAL, Reliability.B),
        made("observers", "Invented observers' reports", SourceKind.NGO_REPORT, Reliability.B),
        made(IMAGES, "Invented archive of pictures", SourceKind.FIELD, Reliability.B),
        made(REPOSTS, "Invented accounts that repost pictures", SourceKind.PRESS, Reliability.D, of=IMAGES),
        made(RECOVERIES, "Invented inspections of recovered arms", SourceKind.FIELD, Reliability.B),
        made(SURVEY, "Invented survey that publishes shares", SourceKind.NGO_REPORT, Reliability.B),
        made(INQUIRY, "Invented inquiry in the field", SourceKind.FIELD, Reliability.B),
    ]
    for original, echo in ECHO.items():
        found.append(made(echo, f"Invented paper that quotes {original}", SourceKind.PRESS, Reliability.D, of=original))
    return tuple(sorted(found, key=lambda source: source.id))
