"""Arsenals as JSON and as rows: one row a key, one table a population, never merged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from takingstock.records import Arsenal, ArsenalRow, Distinct, PopulationTable, Unseen, percent
from takingstock.verbs.shapes.figures import Json, Table, amount, number, plain


def arsenal_json(arsenal: Arsenal) -> Json:
    """``{holder, by, populations: [{id, unit, n, source, rows: [{key, share, count, low, high}]}]}``."""
    return {
        "holder": arsenal.holder,
        "by": arsenal.by,
        "role": arsenal.role,
        "place": arsenal.place or None,
        "when": arsenal.when or None,
        "revision": arsenal.revision,
        "notes": list(arsenal.notes),
        "populations": [_population_json(table) for table in arsenal.populations],
    }


def _population_json(table: PopulationTable) -> Json:
    return {
        "id": table.id,
        "title": table.title,
        "unit": table.unit.value,
        "n": number(table.size),
        "n_text": str(table.size),
        "source": table.source,
        "sites": table.sites,
        "rest": table.rest,
        "note": table.note,
        "distinct": _distinct_json(table.distinct) if table.distinct else None,
        "unseen": _unseen_json(table.unseen) if table.unseen else None,
        "cannot_tell": {
            "place": table.cannot_tell.place,
            "when": table.cannot_tell.when,
            "sightings": list(table.cannot_tell.sightings),
        },
        "rows": [_row_json(row) for row in table.rows],
        "margins": [_row_json(row) for row in table.margins],
    }


def _row_json(row: ArsenalRow) -> Json:
    return {
        "key": row.key,
        "keys": list(row.keys),
        "share": row.share,
        "count": plain(row.count),
        "low": row.low,
        "high": row.high,
        "derived": row.derived,
        "unverified": row.unverified,
        "sightings": list(row.sightings),
        "sources": list(row.sources),
    }


def _count(row: ArsenalRow) -> str:
    """With one decimal where the count is not whole, in a cross-table: cells have to add up to their margins."""
    if row.count is None or row.count == round(row.count):
        return amount(row.count, derived=row.derived)
    return f"{'≈' if row.derived else ''}{row.count:,.1f}"


def _distinct_json(distinct: Distinct) -> Json:
    return {
        "seen": plain(distinct.seen),
        "seen_text": str(distinct.quantity),
        "compared": distinct.compared,
        "minimum": plain(distinct.minimum),
        "exact": distinct.exact,
        "merged": [{"kept": one.kept, "others": list(one.others), "why": list(one.why)} for one in distinct.merged],
    }


def _unseen_json(found: tuple[Unseen, ...]) -> Json:
    """``{types: {seen, chao1: {...}, chao2: {...}}, countries: {...}}``."""
    shown: Json = {}
    for one in found:
        shown.setdefault(one.of, {"seen": one.seen})[one.method] = {
            "once": one.once,
            "twice": one.twice,
            "sites": one.sites,
            "estimate": one.estimate,
            "low": one.low,
            "high": one.high,
            "words": one.words,
        }
    return shown


def arsenal_lines(arsenal: Arsenal) -> Iterator[str]:
    """What stands under the tables: what to look at, each population's note, its distinct items and what may be
    unseen."""
    yield from arsenal.notes
    for table in arsenal.populations:
        lines = [table.note] if table.note else []
        if table.distinct:
            lines.append(_distinct_text(table.distinct, table.unit.value))
        lines += [text for one in table.unseen if (text := _unseen_text(one))]
        yield from (f"{table.id}: {line}" for line in lines)


def _distinct_text(distinct: Distinct, unit: str) -> str:
    seen = str(distinct.quantity) if distinct.quantity.form not in {"exact", "unknown"} else amount(distinct.seen)
    if distinct.compared:
        text = f"{seen} distinct {unit} seen, at least {amount(distinct.minimum)} certainly different"
    else:
        text = f"{seen} {unit} reported, not compared with each other: no files stand behind these rows"
    repeats = sum(len(one.others) for one in distinct.merged)
    row = "sighting" if distinct.compared else "row"
    return f"{text}; {repeats} repeated {row}{'s' if repeats > 1 else ''} merged." if repeats else f"{text}."


def _unseen_text(one: Unseen) -> str:
    head = f"{one.of}, {one.method}: {one.seen} seen"
    if one.estimate is None:
        return f"{head}. {one.words}"
    ends = f" ({one.low:.1f} to {one.high:.1f})" if one.low is not None and one.high is not None else ""
    return f"{head}, estimated at least {one.estimate:.1f}{ends}. {one.words}"


def arsenal_table(arsenal: Arsenal, *, brief: bool = False) -> Table:
    """One row a key, in a cross-table a column for each part of it, the margins last; ``source`` are the sources of
    the row's own figures."""
    names = arsenal.by.split(",")
    lines = [(table, row) for table in arsenal.populations for row in (*table.rows, *table.margins)]
    if brief:
        return ("population", "unit", "n", *names, "share", "count", "low", "high", "source"), [
            (
                table.id,
                table.unit.value,
                str(table.size),
                *_keys(row, names),
                percent(row.share) if row.share is not None else "",
                _count(row),
                percent(row.low) if row.low is not None else "",
                percent(row.high) if row.high is not None else "",
                "; ".join(row.sources) or table.source,
            )
            for table, row in lines
        ]
    head = (
        "population",
        "unit",
        "n",
        "n_source",
        *names,
        "share",
        "count",
        "derived",
        "low",
        "high",
        "source",
        "note",
    )
    return head, [
        (
            table.id,
            table.unit.value,
            number(table.size),
            table.source,
            *_keys(row, names),
            row.share,
            plain(row.count),
            "yes" if row.derived else "no",
            row.low,
            row.high,
            "; ".join(row.sources),
            table.note,
        )
        for table, row in lines
    ]


def arsenal_tables(arsenal: Arsenal) -> list[tuple[str, tuple[str, ...], list[tuple[Any, ...]]]]:
    """Title, head and rows of each population, narrow enough for a terminal of 100 columns."""
    names = arsenal.by.split(",")
    found = []
    for table in arsenal.populations:
        rows = [
            (
                *_keys(row, names),
                percent(row.share) if row.share is not None else "",
                _interval(row),
                _count(row),
                "; ".join(row.sources) or table.source,
            )
            for row in (*table.rows, *table.margins)
        ]
        sites = f", {table.sites} site{'s' if table.sites > 1 else ''}" if table.sites else ""
        title = f"{table.id} ({table.unit.value}, n = {table.size}{sites})"
        found.append((title, (*names, "share", "interval", "count", "source"), rows))
    return found


def _interval(row: ArsenalRow) -> str:
    return "" if row.low is None or row.high is None else f"{percent(row.low, 0)} to {percent(row.high, 0)}"


def _keys(row: ArsenalRow, names: list[str]) -> tuple[str, ...]:
    return row.keys if len(row.keys) == len(names) else (row.key,)
