"""Reader of UN Comtrade: customs statistics of chapter 93 (arms and ammunition) and heading 8710 (armoured vehicles).

Customs count money and weight, and often lose the final destination; a partner can be a region or nobody ("World",
"Areas, nes"), which is no state. A row becomes a statement with weight in tonnes and value in US dollars under its
customs heading, a class of its own that the trace never mixes with arms. Rows of other goods are rejected as such.

Columns by their names in the API since 2023 (``reporterDesc``, ``cmdCode``, ``primaryValue``) and in older downloads
(``Reporter``, ``Commodity Code``, ``Trade Value (US$)``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from takingstock.exchange.grid import Grid
from takingstock.exchange.readers import Asked, Reader
from takingstock.exchange.reading import Reading
from takingstock.exchange.resolving import known_taxonomy
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
    Statement,
    Unit,
)

SPEC = TableSpec(
    columns={
        "period": ("period", "year", "refYear", "refPeriodId"),
        "reporter": ("reporterDesc", "reporter", "reporterISO"),
        "partner": ("partnerDesc", "partner", "partnerISO"),
        "flow": ("flowDesc", "flowCode", "trade flow", "flow"),
        "code": ("cmdCode", "commodity code"),
        "value": ("primaryValue", "trade value (us$)", "trade value"),
        "weight": ("netWgt", "netweight (kg)", "net weight"),
        "qty": ("qty", "quantity"),
        "unit": ("qtyUnitAbbr", "qty unit", "quantity unit"),
        "estimated": ("isNetWgtEstimated", "isQtyEstimated"),
    },
    required=("period", "reporter", "partner", "flow", "code", "value"),
    nearest_first=True,
)

CAUTION = "customs data: the partner of an import may be a place of transit, and the final destination can be lost"

_NOBODY = re.compile(r"^world$|nes$|\bn\.?e\.?s\.?$|^areas\b|^other\b|^special categories|^bunkers|^free zones", re.I)


def heading(code: str) -> str:
    """The class of a customs code. Raises BadValueError for goods outside chapter 93 and heading 8710."""
    digits = code.strip().removesuffix(".0")
    if not re.fullmatch(r"\d{2,6}", digits):
        raise BadValueError(f"commodity code: not a customs code: {code!r}")
    if digits[:4] == "8710":
        return "listed.hs-8710"
    if digits[:2] != "93":
        raise BadValueError(f"code {digits} is not of chapter 93 or heading 8710; these goods are no arms")
    item = f"listed.hs-{digits[:4]}"
    return item if len(digits) >= 4 and known_taxonomy().has(item) else "listed.hs-93"


def read_comtrade(path: Path, asked: Asked) -> Reading:
    """Customs rows as statements. Raises BadFileError where the file has no such columns."""
    table = read_table(path, SPEC)
    names = RowNames(asked, READER.name)
    known = {source.id for source in asked.ledger.sources}
    sources: dict[str, Source] = {}
    listed = {_goods(row) for row in table.rows}

    def take(row: Row) -> Iterable[Record]:
        names.start()
        text = row.needed("period").removesuffix(".0")
        when = DateRange.parse(f"{text[:4]}-{text[4:]}" if re.fullmatch(r"\d{6}", text) else text)
        item = heading(row.needed("code"))
        *who, code = _goods(row)
        above = (code[:length] for length in (2, 4) if length < len(code))
        if whole := next((one for one in above if (*who, one) in listed), ""):
            raise NeedsPersonError(f"{code} is part of {whole}, which the file has too; take one of the two levels")
        reporter = names.party(row.needed("reporter"), when)
        if _NOBODY.search(row.needed("partner")):
            raise NeedsPersonError(f"partner {row.get('partner')!r} is no state: a total, or one that is not told")
        partner = names.party(row.needed("partner"), when)
        exports, again = _flow(row.needed("flow"))
        source = asked.source or f"comtrade-{reporter}".casefold()
        if source not in known:
            sources[source] = _source(source, row.needed("reporter"), reporter, asked, _years(table.rows))
        value, weight = _figure(row.get("value")), _figure(row.get("weight"))
        key = f"{source}-{row.digest('period', 'partner', 'flow', 'code')}"
        yield Statement(
            id=key,
            movement=key,
            source=source,
            item=item,
            from_party=reporter if exports else partner,
            to_party=partner if exports else reporter,
            quantity=Quantity.exact(weight / 1000, Unit.TONNES) if weight else Quantity(unit=Unit.TONNES),
            when=when,
            mode=Mode.RETRANSFER if again and exports else Mode.EXPORT,
            value=Money(amount=Quantity.exact(value), currency="USD") if value is not None else None,
            reporter=reporter,
            designation=f"HS {row.needed('code')}",
            locator=", ".join([*(row.needed(name) for name in ("reporter", "flow", "partner", "code")), text]),
            remark="; ".join(part for part in (_counted(row), CAUTION) if part),
            namings=names.ids,
        )
        yield from names.rows

    return collect(READER.name, path, table, take, asked, notes=lambda: (CAUTION,), sources=sources.values)


def _goods(row: Row) -> tuple[str, ...]:
    code = row.get("code").strip().removesuffix(".0")
    return (*(row.get(name) for name in ("period", "reporter", "partner", "flow")), code)


def _source(source: str, named: str, reporter: str, asked: Asked, years: DateRange) -> Source:
    return Source(
        id=source,
        title=f"UN Comtrade: {named}, arms and ammunition",
        publisher="United Nations Statistics Division",
        kind=SourceKind.OFFICIAL,
        coverage=Coverage(period=asked.coverage or years, parties=(reporter,), note="value and weight; " + CAUTION),
    )


def _years(rows: Sequence[Row]) -> DateRange:
    years = sorted(text for row in rows if re.fullmatch(r"(19|20)\d\d", text := row.get("period")[:4]))
    return DateRange.parse(f"{years[0]}..{years[-1]}") if years else DateRange()


def _flow(text: str) -> tuple[bool, bool]:
    """Whether it is an export, and whether of goods that had come in before."""
    words = text.casefold().replace("-", "").strip()
    flows = {
        **dict.fromkeys(("x", "export", "exports"), (True, False)),
        **dict.fromkeys(("m", "import", "imports"), (False, False)),
        **dict.fromkeys(("rx", "reexport", "reexports"), (True, True)),
        **dict.fromkeys(("rm", "dx", "reimport", "reimports"), (False, True)),
    }
    if words not in flows:
        raise BadValueError(f"flow: neither import nor export: {text!r}")
    return flows[words]


def _figure(text: str) -> float | None:
    """A number as customs write it; -1 and an empty cell mean that there is none, and a weight of 0 too."""
    if not text:
        return None
    if not re.fullmatch(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?:[eE][+-]?\d+)?", text):
        raise BadValueError(f"not a number: {text!r}; a decimal comma has to be a point")
    try:
        value = float(text.replace(",", ""))
    except ValueError as error:
        raise BadValueError(f"not a number: {text!r}") from error
    return value if value >= 0 else None


def _counted(row: Row) -> str:
    number = _figure(row.get("qty"))
    return f"{number:g} {row.get('unit') or 'units'} reported" if number else ""


def _recognises(grids: Sequence[Grid]) -> str:
    return "the columns of UN Comtrade" if has_header(grids, SPEC) else ""


READER = Reader(
    name="comtrade",
    what="UN Comtrade, HS chapter 93 and heading 8710: value and weight by customs, destination with caution",
    score=SPEC.score,
    recognises=_recognises,
    read=read_comtrade,
)
