"""Readers of licence registers: what a state authorised or refused. A licence moves no goods.

``uk-licences``: the compilation of UK strategic export licences (one row per licence, month, rating and destination).
``coarm``: the EU's annual reports on Common Position 2008/944, as rows of year, exporting state, destination and
military-list category. Of the second no real download was at hand when this was written: columns are taken by name, and
what is not known is listed in the notes.

A row with a refusal becomes a statement of stage *refused* with the criteria cited; a row with a licence one of stage
*authorised*; actual exports, where a row gives them, one of stage *delivered*. Values are money, never numbers of arms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from takingstock.exchange.grid import Grid
from takingstock.exchange.readers import Asked, Reader
from takingstock.exchange.reading import Reading
from takingstock.exchange.row_names import RowNames
from takingstock.exchange.tabular import NeedsPersonError, Row, TableSpec, collect, has_header, read_table
from takingstock.records import (
    BadValueError,
    Coverage,
    DateRange,
    Mode,
    Money,
    Quantity,
    Record,
    Source,
    SourceKind,
    Stage,
    Statement,
)

UK = TableSpec(
    columns={
        "licence": ("licence_group", "licence", "licence id"),
        "month": ("month", "date"),
        "rating": ("rating",),
        "destination": ("destination",),
        "count": ("count", "licences"),
        "value": ("value_gbp", "value"),
        "refused": ("refused",),
        "criteria": ("refusal_criteria", "criteria"),
    },
    required=("licence", "month", "rating", "destination", "refused", "criteria"),
)

COARM = TableSpec(
    columns={
        "year": ("year", "reporting year"),
        "exporter": ("exporting country", "exporting state", "exporter", "member state", "origin", "reporting country"),
        "destination": ("destination", "destination country", "country of destination", "recipient"),
        "category": ("ml category", "military list category", "eu ml category", "ml", "category", "rating"),
        "licences": ("number of licences", "licences", "number of licences issued", "licences issued"),
        "value": ("value of licences", "licence value", "value of licences eur", "licensed value", "licence value eur"),
        "exports": (
            "value of actual exports",
            "actual exports",
            "arms exports",
            "value of exports eur",
            "export value",
        ),
        "refusals": ("refusals", "denials", "number of refusals", "number of denials"),
        "criteria": ("criteria", "criteria used", "refusal criteria", "denial criteria"),
    },
    required=("year", "exporter", "destination", "category"),
)

_ML = re.compile(r"(?:EU\s*)?ML\s*0*(\d{1,2})\b", re.I)
_DUAL_USE = re.compile(r"\d[A-E]\d{3}")
_CRITERION = re.compile(r"[1-8][a-d]?")


def rated(rating: str) -> str:
    """The class of a rating of a control list. Raises NeedsPersonError for one that is none we know.

    ``ML1`` to ``ML22`` are the military list; ``5A002`` and its like dual-use goods; ``PL…`` national lists; ``HR …``
    goods for capital punishment or torture. What is licensed for its end use alone has no rating: it is dual use."""
    text = " ".join(rating.split())
    if (match := _ML.fullmatch(text)) and 1 <= int(match[1]) <= 22:
        return f"listed.ml{int(match[1])}"
    if _DUAL_USE.fullmatch(text) or text.casefold() == "end use":
        return "listed.dual-use"
    if re.fullmatch(r"PL\d{4}", text):
        return "listed.para-military"
    if text.startswith("HR "):
        return "listed.torture"
    raise NeedsPersonError(f"no class for the rating {rating!r}; say in the sheet namings which class it is")


def read_uk(path: Path, asked: Asked) -> Reading:
    """UK strategic export licences. Raises BadFileError where the file is none."""
    table = read_table(path, UK)
    names = RowNames(asked, "uk-licences")
    source = asked.source or "uk-licences"
    months = sorted(month for row in table.rows if re.fullmatch(r"\d{4}-\d\d", month := row.get("month")))
    register = Source(
        id=source,
        title="UK strategic export licences",
        publisher="UK government statistics, as compiled by CAAT",
        kind=SourceKind.OFFICIAL,
        coverage=Coverage(
            period=asked.coverage or (DateRange.parse(f"{months[0]}..{months[-1]}") if months else DateRange()),
            parties=("GBR",),
            note="licences granted and refused; no deliveries",
        ),
    )

    def take(row: Row) -> Iterable[Record]:
        names.start()
        when = DateRange.parse(row.needed("month"))
        rating = row.needed("rating")
        refused = _flag(row)
        criteria = _criteria(row)
        if criteria and not refused:
            raise BadValueError("a licence that was granted cites criteria of refusal; mend the column refused")
        key = f"{source}-{row.needed('licence')}-{when}-{row.digest('rating', 'destination')}"
        worth = _money(row.get("value"), "GBP")
        yield Statement(
            id=key,
            movement=key,
            source=source,
            item=names.item(rating, rated),
            from_party="GBR",
            to_party=names.party(row.needed("destination"), when),
            when=when,
            mode=Mode.EXPORT,
            stage=Stage.REFUSED if refused else Stage.AUTHORISED,
            value=worth,
            criteria=criteria,
            reporter="GBR",
            designation=rating,
            locator=f"licence {row.needed('licence')}, {when}",
            remark=_licences(row.get("count")),
            namings=names.ids,
        )
        yield from names.rows

    own = () if _there(asked, source) else (register,)
    return collect(UK_READER.name, path, table, take, asked, sources=lambda: own)


def read_coarm(path: Path, asked: Asked) -> Reading:
    """Rows of the EU's annual reports. Raises BadFileError where the file is none."""
    table = read_table(path, COARM)
    names = RowNames(asked, "coarm")
    sources: dict[str, Source] = {}

    def take(row: Row) -> Iterable[Record]:
        names.start()
        when = DateRange.parse(row.needed("year"))
        exporter = names.party(row.needed("exporter"), when)
        source = asked.source or f"coarm-{exporter}-{when}".casefold()
        if not _there(asked, source):
            sources[source] = Source(
                id=source,
                title=f"EU annual report on arms exports: {row.needed('exporter')}, {when}",
                publisher="Council of the European Union (COARM)",
                kind=SourceKind.OFFICIAL,
                coverage=Coverage(
                    period=when, parties=(exporter,), note="licences; exports where the state reports them"
                ),
            )
        item = names.item(row.needed("category"), rated)
        key = f"{source}-{row.digest('destination', 'category')}"
        base = Statement(
            id=key,
            movement=key,
            source=source,
            item=item,
            from_party=exporter,
            to_party=names.party(row.needed("destination"), when),
            when=when,
            mode=Mode.EXPORT,
            stage=Stage.AUTHORISED,
            reporter=exporter,
            designation=row.needed("category"),
            locator=f"{row.needed('exporter')} to {row.needed('destination')}, {row.needed('category')}, {when}",
            namings=names.ids,
        )
        made = []
        if row.get("licences") or row.get("value"):
            own = {"id": f"{key}-authorised", "movement": f"{key}-authorised"}
            worth = {"value": _money(row.get("value"), "EUR"), "remark": _licences(row.get("licences"))}
            made.append(base.model_copy(update=own | worth))
        if _number(row.get("exports")):
            own = {"id": f"{key}-delivered", "movement": f"{key}-delivered", "stage": Stage.DELIVERED}
            made.append(base.model_copy(update=own | {"value": _money(row.get("exports"), "EUR")}))
        if _number(row.get("refusals")) or row.get("criteria"):
            own = {"id": f"{key}-refused", "movement": f"{key}-refused", "stage": Stage.REFUSED}
            said = {"criteria": _criteria(row), "remark": f"refusals: {row.get('refusals') or 'number not given'}"}
            made.append(base.model_copy(update=own | said))
        if not made:
            raise BadValueError("no licence, no export and no refusal; the row says nothing")
        return (*made, *names.rows)

    return collect(COARM_READER.name, path, table, take, asked, sources=sources.values)


def _there(asked: Asked, source: str) -> bool:
    return any(known.id == source for known in asked.ledger.sources)


def _flag(row: Row) -> bool:
    text = row.needed("refused").casefold()
    if text not in {"0", "1", "yes", "no", "true", "false"}:
        raise BadValueError(f"refused is neither 0 nor 1: {text!r}")
    return text in {"1", "yes", "true"}


def _criteria(row: Row) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(part.strip() for part in re.split(r"[;,/]", row.get("criteria")) if part.strip()))
    for one in found:
        if not _CRITERION.fullmatch(one):
            raise BadValueError(f"criteria: {one!r} is none of 1 to 8; write them as 2;7")
    return found


def _number(text: str) -> float:
    if not text:
        return 0.0
    return Quantity.parse(text).best or 0.0


def _money(text: str, currency: str) -> Money | None:
    """An amount; an empty one is not zero but not given."""
    if not text:
        return None
    amount = Quantity.parse(text)
    return Money(amount=amount, currency=currency) if amount.known else None


def _licences(text: str) -> str:
    return f"licences: {text}" if text else ""


def _is_uk(grids: Sequence[Grid]) -> str:
    return "the columns of the UK licence compilation" if has_header(grids, UK) else ""


def _is_coarm(grids: Sequence[Grid]) -> str:
    for grid in grids:
        index = grid.header(COARM.score)
        if index is not None:
            named = {COARM.named(cell) for cell in grid.rows[index][1]}
            if named & {"licences", "value", "exports", "refusals"}:
                return "year, exporting state, destination, list category and licences"
    return ""


UK_READER = Reader(
    name="uk-licences",
    what="UK strategic export licences, granted and refused, one row per licence and rating",
    score=UK.score,
    recognises=_is_uk,
    read=read_uk,
)

COARM_READER = Reader(
    name="coarm",
    what="EU annual reports on arms exports: licences, refusals and exports by destination and list category",
    score=COARM.score,
    recognises=_is_coarm,
    read=read_coarm,
)
