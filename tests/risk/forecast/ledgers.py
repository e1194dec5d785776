"""Small ledgers for the forecast: two states with an army each, units below, and two armed groups."""

from takingstock.records import (
    Application,
    Basis,
    Count,
    DateRange,
    Goods,
    Grade,
    Ledger,
    Mode,
    Party,
    PartyKind,
    Quantity,
    Source,
    Statement,
)
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.risk.dossier import Background, Dossier

RIFLE = "rifle.assault.ak"
STATES = ("alphaland", "betaland")
UNITS = tuple(f"{state}-{name}" for state in STATES for name in ("first", "second"))
ARMIES = tuple(f"{state}-army" for state in STATES)
HOLDERS = (*STATES, *ARMIES, *UNITS)
GROUPS = ("red-group", "blue-group")
DIVERTING = (Mode.CAPTURE, Mode.THEFT_OR_LEAKAGE, Mode.ILLICIT_PURCHASE, Mode.LOSS, Mode.RETRANSFER)
SOURCES = tuple(Source(id=name, title=f"Source {name}") for name in ("register", "report", "inquiry"))


def parties(rename=lambda name: name):
    def made(name, kind, part_of=None, country=None):
        upper = rename(part_of) if part_of else None
        return Party(id=rename(name), name=name, kind=kind, part_of=upper, country=country and rename(country))

    found = [made(name, PartyKind.STATE) for name in STATES]
    for state in STATES:
        found.append(made(f"{state}-army", PartyKind.FORCE, state, state))
        found += [made(f"{state}-{name}", PartyKind.UNIT, f"{state}-army", state) for name in ("first", "second")]
    return tuple(found + [made(name, PartyKind.ARMED_GROUP) for name in GROUPS])


def moved(key, giver, to, quantity, when, mode=Mode.EXPORT, *, item=RIFLE, grade="B2", source="register", **more):
    return Statement(
        id=f"s-{key}",
        movement=key,
        source=source,
        item=item,
        from_party=giver,
        to_party=to,
        quantity=Quantity.parse(str(quantity)),
        when=DateRange.parse(when),
        mode=mode,
        grade=Grade.parse(grade),
        **more,
    )


def lost(key, holder, quantity, when, *, item=RIFLE, grade="B2"):
    return Count(
        id=key,
        source="inquiry",
        holder=holder,
        item=item,
        quantity=Quantity.parse(str(quantity)),
        when=DateRange.parse(when),
        basis=Basis.LOST,
        grade=Grade.parse(grade),
    )


def background(statements=(), counts=(), known=None, rename=lambda name: name, indicators=()):
    ledger = Ledger(
        title="test",
        revision=0,
        head="",
        sources=SOURCES,
        parties=parties(rename),
        statements=tuple(sorted(statements, key=lambda one: one.id)),
        counts=tuple(counts),
    )
    return Background(ledger, taxonomy(), directory(ledger.parties), indicators=indicators, known=known)


def dossier(found, end_user="alphaland-first", quantity="1000", item=RIFLE, **more):
    more.setdefault("when", DateRange.parse("2020-01-01"))
    more.setdefault("goods", (Goods(item=item, quantity=Quantity.parse(quantity)),))
    return Dossier(found, Application(id="a", exporter="gammaland", end_user=end_user, **more))


def stocked():
    """Ten years of deliveries to both armies and their units."""
    made = []
    for number, holder in enumerate((*ARMIES, *UNITS)):
        made.append(moved(f"in{number}", None, holder, 2000 + 500 * number, str(2005 + number % 3)))
        made.append(moved(f"on{number}", None, holder, 1000, "2012"))
    return made
