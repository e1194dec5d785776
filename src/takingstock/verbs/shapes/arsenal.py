"""Arsenals as JSON and as rows: one row a key, one table a population, never merged."""

from __future__ import annotations

from takingstock.records import Arsenal, percent
from takingstock.verbs.shapes.figures import Json, Table, amount, number, plain


def arsenal_json(arsenal: Arsenal) -> Json:
    """``{holder, by, populations: [{id, unit, n, source, rows: [{key, share, count, low, high}]}]}``."""
    return {
        "holder": arsenal.holder,
        "by": arsenal.by,
        "role": arsenal.role,
        "revision": arsenal.revision,
        "populations": [
            {
                "id": table.id,
                "title": table.title,
                "unit": table.unit.value,
                "n": number(table.size),
                "n_text": str(table.size),
                "source": table.source,
                "rest": table.rest,
                "note": table.note,
                "rows": [
                    {
                        "key": row.key,
                        "share": row.share,
                        "count": plain(row.count),
                        "low": row.low,
                        "high": row.high,
                        "derived": row.derived,
                        "unverified": row.unverified,
                        "sightings": list(row.sightings),
                        "sources": list(row.sources),
                    }
                    for row in table.rows
                ],
            }
            for table in arsenal.populations
        ],
    }


def arsenal_table(arsenal: Arsenal, *, brief: bool = False) -> Table:
    """One row a key; ``source`` are the sources of the row's own figures."""
    if brief:
        return ("population", "unit", "n", arsenal.by, "share", "count", "low", "high", "source"), [
            (
                table.id,
                table.unit.value,
                str(table.size),
                row.key,
                percent(row.share) if row.share is not None else "",
                amount(row.count, derived=row.derived),
                percent(row.low) if row.low is not None else "",
                percent(row.high) if row.high is not None else "",
                "; ".join(row.sources) or table.source,
            )
            for table in arsenal.populations
            for row in table.rows
        ]
    head = (
        "population",
        "unit",
        "n",
        "n_source",
        arsenal.by,
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
            row.key,
            row.share,
            plain(row.count),
            "yes" if row.derived else "no",
            row.low,
            row.high,
            "; ".join(row.sources),
            table.note,
        )
        for table in arsenal.populations
        for row in table.rows
    ]
