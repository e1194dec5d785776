"""Books against a physical count of the same stock (kind ``books-differ-from-count``).

The same stock: one holder, class, unit, place and condition. The books of the latest cut-off date that may precede the
count are carried forward to its date: what is on record as having come and gone in between, and the adjustments, which
are shown with their reasons. Only what remains then is the difference; it may lie either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from takingstock.audit.adjusting import adjustments
from takingstock.audit.amounts import excess, in_brackets, part_of_whole, spoken, total
from takingstock.audit.draft import Rested, drafted
from takingstock.audit.scene import Scene, dated, unit_words
from takingstock.audit.stock import Flow, flow, latest, may_explain, rolled
from takingstock.records import Basis, Count, Finding, FindingKind, Quantity, Severity, Unit

_KEY = tuple[str, str, Unit, str]
_DEFINITION = (
    "the difference between the books and the physical count of one stock (one holder, class, place and condition), "
    "divided by what the books give; the books are carried forward from their cut-off date to the count by what is on "
    "record as received and as having left in between, and by adjustments"
)
_CAUTION = "A difference between a book and a count; either may be wrong."


def books_differ(scene: Scene) -> Iterable[Finding]:
    """One finding per physical count whose figure the books, carried forward, do not give."""
    stocks: dict[_KEY, dict[Basis, list[Count]]] = {}
    for count in scene.counts:
        if count.basis in {Basis.BOOKS, Basis.PHYSICAL} and count.quantity.known:
            place = count.place.name if count.place else ""
            key = count.holder, count.item, count.quantity.unit, place
            stocks.setdefault(key, {}).setdefault(count.basis, []).append(count)
    for key, by_basis in sorted(stocks.items()):
        books = by_basis.get(Basis.BOOKS, [])
        by_date: dict[str, list[Count]] = {}
        for count in by_basis.get(Basis.PHYSICAL, []):
            by_date.setdefault(str(count.when), []).append(count)
        for _, counted in sorted(by_date.items()):
            start = latest(books, counted[0].when)
            for condition, book, found in _pairs(start, counted):
                if made := _compare(scene, key, condition, book, found):
                    yield made


def _pairs(
    books: Iterable[Count], counts: Iterable[Count]
) -> Iterable[tuple[str, tuple[Count, ...], tuple[Count, ...]]]:
    """What can be compared: each condition that both sides tell, else all conditions together."""
    left, right = _by_condition(books), _by_condition(counts)
    both = [condition for condition in left if condition in right]
    if both:
        yield from ((condition, left[condition], right[condition]) for condition in both)
    elif left and right:
        yield "", tuple(c for each in left.values() for c in each), tuple(c for each in right.values() for c in each)


def _by_condition(counts: Iterable[Count]) -> dict[str, tuple[Count, ...]]:
    found: dict[str, tuple[Count, ...]] = {}
    for count in counts:
        found[count.condition] = (*found.get(count.condition, ()), count)
    return dict(sorted(found.items()))


def _figure(scene: Scene, counts: tuple[Count, ...]) -> Quantity:
    by_condition: Mapping[str, tuple[Count, ...]] = _by_condition(counts)
    return total((scene.agreed(same) for same in by_condition.values()), unit=counts[0].quantity.unit)


def _compare(
    scene: Scene, key: _KEY, condition: str, books: tuple[Count, ...], counts: tuple[Count, ...]
) -> Finding | None:
    holder, item, unit, place = key
    book, counted = _figure(scene, books), _figure(scene, counts)
    since, until = books[0].when, counts[0].when
    about = ":".join([min(count.id for count in counts), *([condition] if condition else [])])
    id_ = f"{FindingKind.BOOKS_AND_COUNT.value}:{about}"
    came = flow(scene, holder, item, unit, after=since, until=until) if not (place or condition) else None
    carried = rolled(book, came) if came else book
    made = adjustments(scene, holder, item, unit, id_, place=place, after=since, until=until)
    expected = made.applied(carried)
    fewer, more = excess(expected, counted), excess(counted, expected)
    gap, short = (fewer, True) if (fewer.low or 0) >= (more.low or 0) else (more, False)
    if not gap.low and not made.rows:
        return None
    bounds = part_of_whole(gap, expected)
    names = [scene.party_name(holder), place, condition]
    where = ", ".join(name for name in names if name)
    when = f" on {dated(until)}" if until.known else ""
    way = "fewer" if short else "more"
    words = (
        f"{scene.item_name(item)}, {where}: {spoken(counted)}{unit_words(unit)} counted{when} against "
        f"{spoken(expected)} by the books{_as_of(since)}; {spoken(gap)} {way}{in_brackets(bounds)}."
        if gap.low
        else f"{scene.item_name(item)}, {where}: after adjustments the count{when} agrees with the books."
    )
    records: tuple[Rested, ...] = (*books, *counts, *(came.statements if came else ()))
    return drafted(
        FindingKind.BOOKS_AND_COUNT,
        about,
        holder=holder,
        item=item,
        numerator=gap,
        denominator=expected,
        bounds=bounds if gap.low else (None, None),
        definition=_DEFINITION,
        words=words,
        records=records,
        cautions=[_CAUTION, *_carried(came, book, carried), *made.words(scene), *_below(books, counts, gap)],
        claimants=[count.claimant for count in counts],
        severity=_severity(gap, books, counts, came),
        place=place,
        when=until,
    )


def _as_of(when: object) -> str:
    return f" (cut-off date {when})" if str(when) else ""


def _carried(came: Flow | None, book: Quantity, carried: Quantity) -> list[str]:
    if came is None:
        return ["Movements are not recorded by place or condition; none is carried forward."]
    if str(book) == str(carried):
        return list(came.left_out)
    said = f"The books gave {spoken(book)}; with recorded movements up to the count {spoken(carried)}."
    return [said, *came.left_out]


def _materiality(books: tuple[Count, ...], counts: tuple[Count, ...]) -> float | None:
    given = [count.materiality for count in (*counts, *books) if count.materiality is not None]
    return min(given) if given else None


def _below(books: tuple[Count, ...], counts: tuple[Count, ...], gap: Quantity) -> list[str]:
    limit = _materiality(books, counts)
    if limit is None or gap.high is None or gap.high > limit:
        return []
    return [f"The difference is not above the materiality of {limit:g} that the count states."]


def _severity(
    gap: Quantity, books: tuple[Count, ...], counts: tuple[Count, ...], came: Flow | None
) -> tuple[Severity, str]:
    if _below(books, counts, gap) and gap.low:
        return Severity.NOTE, "Not above the stated materiality."
    return may_explain(came) if gap.low else (Severity.NOTE, "")
