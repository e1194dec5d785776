"""The fast lane: a query over whole blocks. A slot is made once for each text that occurs, and the records are put
together from its pieces, column by column.

It takes only rows about which nothing has to be said. Every other row (a fault, a name nobody knows, anything out of
the ordinary) is left to :meth:`takingstock.exchange.mapping_rows.QueryRule.record`, which decides it and words the
reason. The records of both are the same, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from takingstock.exchange.bulk_read import LINE
from takingstock.exchange.grid import bare
from takingstock.exchange.mapping_fields import Names, columns_of, fragments
from takingstock.exchange.mapping_rows import LONGEST_KEY, LONGEST_READABLE, QueryRule, SlotRule, key_part
from takingstock.exchange.tabular import NeedsPersonError
from takingstock.records import BadValueError, Mode

KEPT: Final = 100_000
"""Texts of a slot that are remembered."""

_ESCAPED: Final = r'["\\\x00-\x1f]'
_ORDINARY: Final = r"^(?:[0-9A-Za-z_(][!-$&-.0-~]*(?: [!-$&-.0-~]+)*)?$"
"""Keys that stand in an id as they are: no guard, no sign that is escaped, single blanks inside."""

_ERROR_CELL: Final = r"^(?:#|Err:)"
_WHOLE: Final = r"^[0-9]{1,14}$"
_STANDS_FOR: Final = "73856093179424"
"""The figure that is looked up for all others."""

_FLOATS: Final = {"t:low", "t:high", "t:share"}

Find = Callable[[Sequence[str]], "tuple[Any, ...] | None"]


class Lane:
    """One query over blocks. ``columns`` are those of the table: id, typed columns, record."""

    def __init__(self, query: QueryRule, names: Names, columns: Sequence[str]) -> None:
        self.query = query
        self.names = names
        self._typed = [name for name in columns if name not in {"id", "record"}]
        self._slots = [_Slot(slot, names, self._typed, query) for slot in query.slots]
        self._order = sorted(query.target.model.model_fields)

    def take(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Rows ready to be stored (the table's columns and ``line``), and the rows left over, as they were."""
        if not frame.height:
            return frame, frame
        made = frame.select(LINE, *(str(at) for at in sorted(self.query.at))).with_columns(odd=pl.lit(False))
        for slot in self._slots:
            made = slot.on(made)
        made = self._identified(self._source(made))
        made = made.with_columns(odd=pl.col("odd") | self._suspicious())
        pieces = [f"f:{name}" for name in self._order if f"f:{name}" in made.columns]
        record = pl.concat_str(pl.lit("{"), pl.concat_str(pieces).str.strip_suffix(","), pl.lit("}"))
        ready = made.filter(~pl.col("odd")).select(
            "id", *(pl.col(f"t:{name}").alias(name) for name in self._typed), record.alias("record"), LINE
        )
        return ready, frame.filter(made["odd"])

    def _suspicious(self) -> pl.Expr:
        """Rows about which the record as a whole may complain."""
        if self.query.target.table != "statements":
            return pl.lit(False)
        giver, taker, mode = (pl.col(f"t:{name}") for name in ("from_party", "to_party", "mode"))
        ends = mode.is_in([one.value for one in Mode if one.ends]) & taker.is_not_null()
        return (giver.is_null() & taker.is_null()) | (giver == taker).fill_null(False) | ends

    def _source(self, made: pl.DataFrame) -> pl.DataFrame:
        rule = self.query.source
        if isinstance(rule, str):
            return made.with_columns(
                pl.lit(f'"source":{_json(rule)},').alias("f:source"), pl.lit(rule).alias("t:source")
            )

        def find(cells: Sequence[str]) -> tuple[Any, ...] | None:
            try:
                text = bare(rule.text(cells))
                return (f'"source":{_json(text)},', self.query.source_of(text, self.names)) if text else None
            except (BadValueError, NeedsPersonError):
                return None

        return _looked_up(made, [str(at) for at in rule.at], ("f:source", "t:source"), find)

    def _identified(self, made: pl.DataFrame) -> pl.DataFrame:
        """The id, the movement, and their pieces of the record."""
        made = made.with_columns(self._id(made))
        made = made.with_columns(pl.col("id").fill_null(""), odd=pl.col("odd") | pl.col("id").is_null())
        made = made.with_columns(_piece(made["id"], "id").alias("f:id"))
        rule = self.query.movement
        if self.query.target.table != "statements":
            return made
        if rule is None:
            made = made.with_columns(pl.col("id").alias("t:movement"))
        else:

            def find(cells: Sequence[str]) -> tuple[Any, ...] | None:
                try:
                    text = rule.text(cells)
                    return (self.query.movement_of(text, "") if bare(text) else "",)
                except BadValueError:
                    return None

            made = _looked_up(made, [str(at) for at in rule.at], ("t:movement",), find)
            made = made.with_columns(
                pl.when(pl.col("t:movement") == "").then("id").otherwise("t:movement").alias("t:movement")
            )
        return made.with_columns(_piece(made["t:movement"], "movement").alias("f:movement"))

    def _id(self, made: pl.DataFrame) -> pl.Series:
        """The ids; None where a row has none."""
        query = self.query
        columns = [str(at) for at in query.keys]
        together = pl.concat_str(*columns, separator="/")
        plain = pl.all_horizontal(*(pl.col(name).str.contains(_ORDINARY) for name in columns))
        plain &= ~pl.any_horizontal(*(pl.col(name).str.starts_with("Err:") for name in columns))
        plain &= pl.any_horizontal(*(pl.col(name) != "" for name in columns))
        if query.entity.id_column:
            plain &= pl.col(columns[0]).str.len_chars() <= LONGEST_KEY
        else:
            plain &= together.str.len_chars() <= LONGEST_READABLE
            plain &= pl.lit(len(query.prefix) + LONGEST_READABLE < LONGEST_KEY)
            together = pl.lit(f"{query.prefix}/") + together
        found = made.select(together.alias("id"), plain.alias("plain"))
        if found["plain"].all():
            return found["id"]
        ids: list[str | None] = found["id"].to_list()
        odd = found["plain"].not_().arg_true()
        for number, row in zip(odd.to_list(), made.select(columns)[odd].rows(), strict=True):
            try:
                parts = [key_part(cell) for cell in row]
                ids[number] = query.named(parts) if any(parts) else None
            except BadValueError:
                ids[number] = None
        return pl.Series("id", ids, dtype=pl.String)


class _Slot:
    """One slot over blocks: gives the columns ``f:FIELD`` (pieces of the record), ``t:COLUMN`` and ``g:WHAT`` (what it
    tells later slots)."""

    def __init__(self, rule: SlotRule, names: Names, typed: Sequence[str], query: QueryRule) -> None:
        self.rule = rule
        self.names = names
        self.typed = typed
        self.model = query.target.model
        self.keys = [str(at) for at in rule.at]
        told = {name for slot in query.slots for name in slot.slot.tells}
        self.given = [name for name in rule.slot.given if name in told]
        whole = {"when": ("first", "last"), "quantity": ("low", "high", "unit")}
        columns = {one for name in rule.slot.fields for one in whole.get(name, (name,))}
        self._own = [name for name in typed if name in columns]
        self._figures = _Figures.of(rule)
        self._kept: dict[tuple[str, ...], tuple[Any, ...] | None] = {}

    def on(self, made: pl.DataFrame) -> pl.DataFrame:
        slot = self.rule.slot
        if slot.plain and len(self.rule.rules) == 1 and self.rule.rules[0].copies and not self.rule.constant:
            return self._copied(made)
        into = (
            *(f"f:{name}" for name in slot.fields),
            *(f"t:{name}" for name in self._own),
            *(f"g:{name}" for name in slot.tells),
        )
        keys = [*self.keys, *(f"g:{name}" for name in self.given)]
        if self._figures is None or any(made[key].str.contains(_STANDS_FOR, literal=True).any() for key in keys[1:]):
            return _looked_up(made, keys, into, self._find)
        # Plain figures need no looking up: all of them ask for the same one, and get their own.
        at = self._figures.at
        made = made.with_columns(pl.col(at).str.contains(_WHOLE).alias("whole"), pl.col(at).alias("cell"))
        made = made.with_columns(pl.when("whole").then(pl.lit(_STANDS_FOR)).otherwise(at).alias(at))
        made = _looked_up(made, keys, into, self._find)
        digits = pl.col("cell").str.strip_chars_start("0")
        figure = pl.when(digits == "").then(pl.lit("0")).otherwise(digits) + ".0"
        # Where the rows of a branch are left out, what is put in must be something all the same.
        figure = figure.fill_null("")
        name = f"f:{slot.fields[0]}"
        own = (
            pl.when("whole")
            .then(pl.col(name).str.replace_all(f"{_STANDS_FOR}.0", figure, literal=True))
            .otherwise(name)
        )
        value = pl.when("whole").then(pl.col("cell").cast(pl.Float64, strict=False))
        made = made.with_columns(
            own.alias(name),
            *(value.otherwise(f"t:{name}").alias(f"t:{name}") for name in self._own if name in {"low", "high"}),
            pl.col("cell").alias(at),
        )
        return made.drop("whole", "cell")

    def _copied(self, made: pl.DataFrame) -> pl.DataFrame:
        """The field is the cell."""
        (name,), (at,) = self.rule.slot.properties, self.keys
        odd = pl.col(at).str.starts_with("'") | pl.col(at).str.contains(_ERROR_CELL)
        made = made.with_columns(_piece(made[at], name).alias(f"f:{name}"), odd=pl.col("odd") | odd)
        return made.with_columns(pl.col(at).alias(f"t:{name}")) if name in self.typed else made

    def _find(self, texts: Sequence[str]) -> tuple[Any, ...] | None:
        key = tuple(texts)
        if key not in self._kept:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[key] = self._made(key)
        return self._kept[key]

    def _made(self, texts: tuple[str, ...]) -> tuple[Any, ...] | None:
        cells = dict(zip(self.rule.at, texts, strict=False))
        told = dict(zip(self.given, texts[len(self.keys) :], strict=True))
        made = self.rule.read(cells, told, self.names)
        if not made.sound or made.namings:
            return None
        pieces = fragments(self.model, made.fields)
        columns = columns_of(made.fields)
        return (
            *(f"{pieces[name]}," if name in pieces else "" for name in self.rule.slot.fields),
            *(columns[name] for name in self._own),
            *(made.tells[name] for name in self.rule.slot.tells),
        )


@dataclass(frozen=True)
class _Figures:
    """A column of figures that a slot takes as they stand."""

    at: str

    @classmethod
    def of(cls, rule: SlotRule) -> _Figures | None:
        """None where the slot is none of figures, or where something is done to them."""
        first = rule.rules[0] if rule.rules else None
        if first is None or first.name not in {"quantity", "value"} or not first.copies:
            return None
        elsewhere = {at for one in rule.rules[1:] for at in one.at}
        if any(_STANDS_FOR in text for one in rule.rules for text in (*one.spec.literal, *one.spec.map.values())):
            return None
        return None if first.at[0] in elsewhere else cls(str(first.at[0]))


def _looked_up(made: pl.DataFrame, keys: Sequence[str], into: Sequence[str], find: Find) -> pl.DataFrame:
    """``made`` with the columns ``into``, found once for each combination of the keys; what is not found is odd."""
    asked = made.select(keys).unique() if keys else pl.DataFrame()
    found = [find(row) for row in asked.rows()] if keys else [find(())]
    columns = []
    for at, name in enumerate(into):
        empty = "" if name[:2] in {"f:", "g:"} else None
        values = [empty if row is None else row[at] for row in found]
        columns.append(pl.Series(name, values, dtype=pl.Float64 if name in _FLOATS else pl.String))
    missing = pl.Series("missing", [row is None for row in found], dtype=pl.Boolean)
    if not keys:
        constant = (pl.lit(one[0], dtype=one.dtype).alias(one.name) for one in columns)
        return made.with_columns(*constant, odd=pl.col("odd") | pl.lit(bool(missing[0])))
    table = asked.with_columns(*columns, missing)
    joined = made.join(table, on=list(keys), how="left", maintain_order="left")
    return joined.with_columns(odd=pl.col("odd") | pl.col("missing")).drop("missing")


def _piece(texts: pl.Series, name: str) -> pl.Series:
    """The texts as pieces of the record; an empty one is left out."""
    odd = texts.str.contains(_ESCAPED)
    if odd.any():
        escaped = [_json(text)[1:-1] if strange else text for text, strange in zip(texts, odd, strict=True)]
        texts = pl.Series(texts.name, escaped, dtype=pl.String)
    frame = pl.select(text=texts)
    piece = pl.when(pl.col("text") == "").then(pl.lit("")).otherwise(pl.format(f'"{name}":"{{}}",', "text"))
    return frame.select(piece.alias(texts.name))[texts.name]


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
