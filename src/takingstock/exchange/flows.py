"""Reader of money flows: transactions between accounts, in the form that follow-the-money uses.

The file may have a header, or a configuration beside it (``…_config.json``, or the mapping that is named) with
``transaction_header``. A transaction becomes a payment; an account is no party. The kind (deposit, transfer, withdraw)
that the configuration gives a category is kept. Format: https://github.com/carolinamattsson/follow-the-money
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from takingstock.exchange.files import read_grids
from takingstock.exchange.grid import Grid
from takingstock.exchange.readers import Asked, Reader
from takingstock.exchange.reading import Reading
from takingstock.exchange.tabular import Row, Table, TableSpec, collect, has_header, read_table
from takingstock.records import (
    BadFileError,
    BadValueError,
    Coverage,
    DateRange,
    Money,
    Payment,
    Quantity,
    Record,
    Source,
    SourceKind,
)

SPEC = TableSpec(
    columns={
        "txn": ("txn_id", "transaction id", "transaction_id"),
        "src": ("src_id", "source account", "from account"),
        "tgt": ("tgt_id", "target account", "to account"),
        "timestamp": ("timestamp", "time"),
        "type": ("type", "category"),
        "amt": ("amt", "amount"),
        "src_balance": ("src_balance",),
        "tgt_balance": ("tgt_balance",),
    },
    required=("src", "tgt", "timestamp", "amt"),
)

NO_CURRENCY = "XXX"
"""ISO 4217: no currency. What a file without one is read in."""

_KINDS = {"deposit": "deposit", "transfer": "transfer", "withdraw": "withdrawal", "withdrawal": "withdrawal"}
_FORMAT = "%Y-%m-%d %H:%M:%S"


def configuration(path: Path, named: Path | None = None) -> dict[str, Any] | None:
    """The configuration of a file of transactions: the one named, else ``x_config.json`` beside ``x_txns….csv``.

    Raises BadFileError for one that is no such configuration."""
    place = named or _beside(path)
    if place is None:
        return None
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadFileError(f"{place.name} is no configuration of transactions: {error}") from error
    header = found.get("transaction_header") if isinstance(found, dict) else None
    if not isinstance(header, list) or not SPEC.score([str(name) for name in header]):
        raise BadFileError(f"{place.name} has no transaction_header with {', '.join(SPEC.required)}; mend it")
    return dict(found)


def _beside(path: Path) -> Path | None:
    """``x_config_y.json`` for ``x_txns_y.csv``, else that of the nearest shorter ending."""
    stem, sign, rest = path.stem.partition("_txns")
    names = [f"{stem}_config{rest[:length]}.json" for length in range(len(rest), -1, -1)] if sign else []
    return next((place for name in names if (place := path.with_name(name)).is_file()), None)


def read_flows(path: Path, asked: Asked) -> Reading:
    """Transactions as payments. Raises BadFileError where the file has neither a header nor a configuration."""
    config = configuration(path, asked.mapping)
    table = _headed(path, config) if config and not _own_header(path) else read_table(path, SPEC)
    form = str((config or {}).get("timeformat", _FORMAT))
    kinds = {
        str(word): _KINDS.get(str(kind), "") for word, kind in (config or {}).get("transaction_categories", {}).items()
    }
    source = asked.source or f"flows-{path.stem}"
    known = any(one.id == source for one in asked.ledger.sources)

    def take(row: Row) -> Iterable[Record]:
        at = _time(row.needed("timestamp"), form)
        amount = Quantity.parse(row.needed("amt"))
        if not amount.known:
            raise BadValueError("amt is not known; a payment without an amount says nothing")
        yield Payment(
            id=f"{source}-{row.get('txn') or row.digest('timestamp', 'src', 'tgt', 'type', 'amt')}",
            source=source,
            from_account=row.needed("src"),
            to_account=row.needed("tgt"),
            amount=Money(amount=amount, currency=NO_CURRENCY),
            at=at.isoformat(),
            when=DateRange(first=at.date(), last=at.date()),
            category=row.get("type"),
            kind=kinds.get(row.get("type"), ""),
            balance_from=_balance(row, "src_balance"),
            balance_to=_balance(row, "tgt_balance"),
            locator=f"transaction {row.get('txn')}" if row.get("txn") else f"line {row.line}",
        )

    def notes() -> Iterable[str]:
        yield f"no currency is stated; amounts are in {NO_CURRENCY} (ISO 4217: no currency)"

    days = sorted(
        day for row in table.rows if (day := row.get("timestamp")[:10]) and len(day) == 10 and day[4] == day[7] == "-"
    )
    register = Source(
        id=source,
        title=f"Transactions: {path.name}",
        kind=SourceKind.OTHER,
        coverage=Coverage(period=asked.coverage or _period(days), note="the transactions of the file, and no others"),
    )
    return collect(READER.name, path, table, take, asked, sources=lambda: () if known else (register,), notes=notes)


def _period(days: Sequence[str]) -> DateRange:
    try:
        return DateRange.parse(f"{days[0]}..{days[-1]}") if days else DateRange()
    except BadValueError:
        return DateRange()


def _own_header(path: Path) -> bool:
    return has_header(read_grids(path, SPEC.score)[0], SPEC)


def _headed(path: Path, config: dict[str, Any]) -> Table:
    """The rows of a file without a header, under the names that its configuration gives."""
    header = tuple(str(name) for name in config["transaction_header"])
    grids, notes = read_grids(path, len)
    rows = []
    for line, cells in grids[0].rows:
        pairs = [(SPEC.named(name), cell) for name, cell in zip(header, cells, strict=False)]
        rows.append(
            Row(
                line=line,
                values={name: cell for name, cell in pairs if name and cell},
                original=tuple(zip(header, cells, strict=False)),
                surplus=sum(bool(cell) for cell in cells[len(header) :]),
            )
        )
    unknown = tuple(name for name in header if SPEC.named(name) is None)
    return Table(path.stem, tuple(rows), (), unknown, notes)


def _time(text: str, form: str) -> datetime:
    for one in (form, _FORMAT):
        try:
            return datetime.strptime(text, one)
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadValueError(f"timestamp: not a time: {text!r}; the form is {form}") from error


def _balance(row: Row, name: str) -> float | None:
    text = row.get(name)
    if not text:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise BadValueError(f"{name.replace('_', ' ')}: not a number: {text!r}") from error


def _recognises(grids: Sequence[Grid]) -> str:
    return "the columns of a file of transactions" if has_header(grids, SPEC) else ""


def _recognises_file(path: Path) -> str:
    return "a configuration of transactions lies beside it" if path.is_file() and configuration(path) else ""


READER = Reader(
    name="flows",
    what="money flows: transactions between accounts, with a header or a configuration beside the file",
    score=SPEC.score,
    recognises=_recognises,
    read=read_flows,
    recognises_file=_recognises_file,
)
