"""Drafting a mapping file from a table: headers by the words that our template knows, columns by what is in them.

A draft, and it says so: what a person must decide stands in comments, and what the draft would do with the first rows
stands at its head.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations, islice
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from takingstock.exchange.bulk_read import Stream, open_scored
from takingstock.exchange.cells import Cells
from takingstock.exchange.columns import BY_NAME, header_score
from takingstock.exchange.mapping import mapping_of
from takingstock.exchange.mapping_fields import TARGETS, Names, Target
from takingstock.exchange.mapping_rows import Given, rules
from takingstock.exchange.sheet_spec import fold_header
from takingstock.exchange.tabular import NeedsPersonError
from takingstock.records import BadFileError, BadValueError, Unit
from takingstock.reference.plain_yaml import parsed

SAMPLE: Final = 500
"""Rows that are looked at."""

MOST: Final = 0.8
"""Share of a column's cells that must be of a kind for the column to be of it."""

FORMATS: Final = (
    *("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y"),
    *("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%B %Y", "%b %Y", "%m/%Y", "%m.%Y", "%Y%m%d"),
)

_MORE: Final = {
    "from": (
        "exporting country",
        "exporter country",
        "country of export",
        "origin country",
        "supplier country",
        "from",
    ),
    "to": ("importing country", "destination", "country of destination", "destination country", "consignee", "to"),
    "item": ("weapon category", "description of goods", "goods description", "item description", "category"),
    "quantity": ("number of items", "units shipped", "count", "pieces", "number delivered", "numbers delivered"),
    "when": ("shipped", "date of export", "delivery", "shipment date", "reporting year", "licence date"),
    "value": ("amount", "total value", "value eur", "value usd", "value gbp"),
    "from_account": ("from account", "sender account", "originator", "payer account", "source account"),
    "to_account": ("to account", "receiver account", "beneficiary", "payee account", "target account"),
}
_IDENTIFYING: Final = re.compile(r"(^|_)(id|no|nr|number|ref|reference|key|licence|license|permit|case|serial)(_|$)")
_CURRENCY: Final = re.compile(r"(?<![A-Za-z])(USD|EUR|GBP|CHF|RUB|CNY|JPY|TRY|IQD|SAR|AED)(?![A-Za-z])", re.IGNORECASE)
_COMMA: Final = re.compile(r"\d{1,3}(?:\.\d{3})*,\d+|\d{1,3}(?:\.\d{3}){2,}")
_FIGURE: Final = re.compile(r"\d+(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DECIDED: Final = ("when", "item", "from", "to", "holder", "quantity", "unit", "value", "currency")


@dataclass
class _Draft:
    """``given`` are our properties and the YAML behind each, ``doubts`` what a person must decide about it."""

    target: Target
    given: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, column: str, more: str = "", doubt: str = "") -> None:
        self.given[name] = f"{{column: {_quoted(column)}{more}}}"
        self.columns[name] = column
        if doubt:
            self.doubts[name] = doubt

    @property
    def lacking(self) -> list[tuple[str, ...]]:
        return [names for names in self.target.needed if not set(names) & set(self.given)]


def suggest_mapping(path: str | Path) -> str:
    """A mapping file for the table, as YAML with comments. Raises BadFileError where there is no table."""
    path = Path(path)
    stream = open_scored(path, _likely_header)
    sample = _sample(stream)
    if not sample:
        raise BadFileError(f"{path.name} has a header but no rows; there is nothing to draft a mapping from")
    headers = [header for header in stream.header if header]
    cells = {header: [row[at] for row in sample] for at, header in enumerate(stream.header) if header}
    draft = _Draft(_target(headers))
    _by_header(draft, headers, cells)
    _by_content(draft, headers, cells)
    _finish(draft)
    name = re.sub(r"[\W_]+", "_", path.stem.casefold()).strip("_") or "table"
    keys, why = _keys(draft, headers, cells)
    body = list(_body(draft, name, headers, keys, why))
    return "\n".join([*_head(path.name, draft, stream, body, sample), *body]) + "\n"


def _likely_header(cells: Sequence[str]) -> int:
    """Known words first, then the row with most texts."""
    texts = {cell for cell in cells if cell and not _FIGURE.fullmatch(cell)}
    return 100 * header_score(cells) + len(texts)


def _sample(stream: Stream) -> list[tuple[str, ...]]:
    rows = (tuple(cells) for block in stream.blocks() for _, *cells in block.frame.iter_rows())
    return list(islice(rows, SAMPLE))


def _target(headers: Sequence[str]) -> Target:
    folded = {fold_header(header) for header in headers}

    def has(name: str) -> bool:
        return any(fold_header(word) in folded for word in (*_MORE.get(name, ()), name))

    if has("from_account") and has("to_account"):
        return TARGETS["payment"]
    counted = {BY_NAME["counts"].column(header) for header in headers}
    moved = {BY_NAME["statements"].column(header) for header in headers}
    if "holder" in counted and not {"from", "to"} & moved:
        return TARGETS["count"]
    return TARGETS["statement"]


def _by_header(draft: _Draft, headers: Sequence[str], cells: Mapping[str, Sequence[str]]) -> None:
    spec = BY_NAME.get(draft.target.table)
    for header in headers:
        folded = fold_header(header)
        more = [name for name, words in _MORE.items() if folded in map(fold_header, words)]
        known = spec.column(header) if spec else None
        for name in (*([known] if known else []), *more, *([folded] if folded in draft.target.properties else [])):
            if name in draft.target.properties and name not in draft.given and name not in {"source", "movement"}:
                _put(draft, name, header, cells[header])
                break


def _by_content(draft: _Draft, headers: Sequence[str], cells: Mapping[str, Sequence[str]]) -> None:
    """Columns that no header explained, by what they hold."""
    names = Names()
    for header in headers:
        if header in draft.columns.values():
            continue
        values = [cell for cell in cells[header] if cell]
        if not values or _IDENTIFYING.search(fold_header(header)):
            continue
        for kind in ("when", "item", "from", "to", "holder", "currency", "quantity"):
            if kind not in draft.given and kind in draft.target.properties and _is(kind, values, names):
                doubt = "found by its values, not by its header"
                if kind in {"from", "to"}:
                    doubt = "parties are named in it; decide whether they send or receive"
                _put(draft, kind, header, values, doubt)
                break


def _is(kind: str, values: Sequence[str], names: Names) -> bool:
    unlike = list(dict.fromkeys(values))[:60]

    def share(found: Iterator[bool]) -> float:
        return sum(found) / len(unlike)

    match kind:
        case "when":
            years = share(bool(re.fullmatch(r"(19|20)\d\d", text)) for text in unlike)
            return years >= MOST or bool(_form(unlike)) or share(_is_day(text) for text in unlike) >= MOST
        case "item":
            return share(names.resolver.taxonomy.find(text) is not None for text in unlike) >= MOST
        case "from" | "to" | "holder":
            return share(names.resolver.directory.find(text) is not None for text in unlike) >= MOST
        case "currency":
            return share(bool(_CURRENCY.fullmatch(text)) for text in unlike) >= MOST
    return share(bool(_FIGURE.fullmatch(text) or _COMMA.fullmatch(text)) for text in unlike) >= MOST


def _is_day(text: str) -> bool:
    cells = Cells({"when": text})
    return cells.date("when").known and not cells.faults and bool(re.match(r"\d{4}[-/]", text))


def _put(draft: _Draft, name: str, header: str, values: Sequence[str], doubt: str = "") -> None:
    filled = [value for value in values if value]
    more = ""
    if name in draft.target.dates and (forms := _form(filled)):
        more = f", format: {_quoted(forms[0])}"
        if len(forms) > 1:
            doubt = f"{' and '.join(forms)} both fit every cell looked at; decide which it is"
    if name in draft.target.numbers and sum(bool(_COMMA.fullmatch(value)) for value in filled) > len(filled) / 2:
        more = ', decimal: ","'
    if name == "unit" and not {value.casefold() for value in filled} <= {unit.value for unit in Unit}:
        doubt = f"write what its words mean: map: {{WORD: items}}; it holds {_some(filled)}"
    draft.put(name, header, more, doubt)


def _form(values: Sequence[str]) -> list[str]:
    """The date forms that fit every filled cell looked at; none where our own grammar reads them."""
    looked = list(dict.fromkeys(value for value in values if value))[:60]
    if not looked or all(not _day_faults(text) for text in looked):
        return []
    return [form for form in FORMATS if all(_fits(text, form) for text in looked)]


def _day_faults(text: str) -> list[str]:
    cells = Cells({"when": text})
    cells.date("when")
    return cells.faults


def _fits(text: str, form: str) -> bool:
    try:
        return 1800 <= datetime.strptime(text, form).year <= 2200
    except ValueError:
        return False


def _finish(draft: _Draft) -> None:
    """What no column says, and what has to be asked."""
    target = draft.target
    if "mode" in target.properties and "mode" not in draft.given:
        draft.given["mode"] = "{literal: export}"
        draft.doubts["mode"] = "is it? export, aid, issue, capture … (docs/template.md)"
    if "basis" in target.properties and "basis" not in draft.given:
        draft.given["basis"] = "{literal: books}"
        draft.doubts["basis"] = "is it? books, physical, opening, claim … (docs/template.md)"
    if "stage" in target.properties and "stage" not in draft.given:
        draft.given["stage"] = "{literal: delivered}"
        draft.doubts["stage"] = (
            "is it? a licence is authorised, an order is ordered; only what is delivered moves goods"
        )
    if "value" in draft.given and "currency" not in draft.given:
        found = _CURRENCY.search(draft.columns["value"])
        if found:
            draft.given["currency"] = f"{{literal: {found[1].upper()}}}"
        else:
            del draft.given["value"]
            draft.doubts["value"] = f"column {draft.columns.pop('value')!r} left out: a value needs its currency"


def _keys(draft: _Draft, headers: Sequence[str], cells: Mapping[str, Sequence[str]]) -> tuple[list[str], str]:
    """The columns that tell rows apart, and why these: as few as do, those first that look like a number of the row."""
    used = set(draft.columns.values()) - {draft.columns.get("when", "")}
    free = [header for header in headers if header not in used]
    likely = [header for header in free if _IDENTIFYING.search(fold_header(header))]
    others = [header for header in free if header not in likely]

    def apart(names: Sequence[str]) -> bool:
        rows = list(zip(*(cells[name] for name in names), strict=True))
        return len(set(rows)) == len(rows) and all(any(row) for row in rows)

    for size in (1, 2, 3):
        for names in combinations([*likely, *others][:10], size):
            if names[0] in likely and apart(names):
                ordered = [header for header in headers if header in names]
                said = " and ".join(map(repr, ordered))
                return ordered, f"decide: {said} tell apart the rows looked at; do they in the whole table?"
    return list(headers), "decide: no few columns tell rows apart, so all do, and a corrected row becomes a new entry"


def _body(draft: _Draft, name: str, headers: Sequence[str], keys: Sequence[str], why: str) -> Iterator[str]:
    yield f"{name}:"
    yield "  source:  # who says it: fill in"
    yield f"    id: {name.replace('_', '-')}"
    yield f"    title: {_quoted(name.replace('_', ' '))}"
    yield "    kind: other  # register, official, audit, ngo-report, press-release, press, field, reply, other"
    yield "    reliability: F  # A to F; F: cannot be judged"
    yield "    # coverage: {period: 1995.., note: …}  # outside it, the table's silence says nothing"
    yield "  queries:"
    yield "    - entities:"
    yield f"        {draft.target.schema.casefold()}:"
    yield f"          schema: {draft.target.schema}"
    yield f"          # {why}"
    yield f"          keys: [{', '.join(map(_quoted, keys))}]"
    yield "          properties:"
    for names in draft.lacking:
        yield f"            # decide: {' or '.join(names)}: {{column: …}} or {{literal: …}}"
    for one in dict.fromkeys((*_DECIDED, *draft.target.properties)):
        if one in draft.given:
            doubt = f"  # decide: {draft.doubts[one]}" if one in draft.doubts else ""
            yield f"            {one}: {draft.given[one]}{doubt}"
        elif one in draft.doubts:
            yield f"            # {draft.doubts[one]}"
    left = [header for header in headers if header not in draft.columns.values()]
    if left:
        yield f"            # not used: {', '.join(map(_quoted, left))}"


def _head(
    file: str, draft: _Draft, stream: Stream, body: Sequence[str], sample: Sequence[tuple[str, ...]]
) -> Iterator[str]:
    """What the draft would do, tried on the rows looked at."""
    yield f"# A draft for {file}. Look at every line marked 'decide', fill in the source, then:"
    yield "#   takingstock import CASE FILE --mapping THIS-FILE"
    if sum(bool(_FIGURE.match(name)) for name in stream.header) > len(stream.header) / 3:
        yield "# What was taken for the header looks like a row: put a line with the names of the columns before it."
    if draft.lacking:
        missing = ", ".join(" or ".join(names) for names in draft.lacking)
        yield f"# It does NOT import as it stands: no column was found for {missing}."
        return
    mapping = mapping_of(parsed("\n".join(body).encode(), "the draft")[0], "the draft")
    (query,) = rules(mapping, stream.header, Given(), "the draft")
    names = Names(None, [mapping.source.id] if mapping.source else ())
    fates: Counter[str] = Counter()
    first: dict[str, str] = {}
    for row in sample:
        try:
            query.record(dict(enumerate(row)), names)
            fates["to the ledger"] += 1
        except NeedsPersonError as error:
            fates["to review"] += 1
            first.setdefault("to review", str(error))
        except (BadValueError, ValidationError) as error:
            fates["rejected"] += 1
            first.setdefault("rejected", str(error).splitlines()[0])
    told = ", ".join(f"{number} {fate}" for fate, number in fates.items())
    yield f"# It imports as it stands; of the first {len(sample)} rows: {told}."
    for fate, reason in first.items():
        yield f"# First {fate}: {' '.join(reason.split())}"


def _quoted(text: str) -> str:
    """Double quotes as in JSON, which YAML reads."""
    return json.dumps(text, ensure_ascii=False)


def _some(values: Sequence[str]) -> str:
    return ", ".join(list(dict.fromkeys(values))[:5])
