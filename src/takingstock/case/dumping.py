"""Dumping: the whole case as two files of lines, and a case made from them with exactly that history.

``history.jsonl`` holds one event a line, in order; ``rows.jsonl`` one version of one row a line: table, id, the event
that brought it, the event that took it out (null: it stands), and the record's canonical JSON as text. Nothing else
is in a database that matters: the typed columns follow from the records.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, insert

from takingstock.case.reading import history, versions
from takingstock.case.rows import TABLES
from takingstock.case.schema import HISTORY, RECORDS, typed
from takingstock.case.writing import BATCH
from takingstock.records import BadFileError, Event, canonical_json

HISTORY_FILE: Final = "history.jsonl"
ROWS_FILE: Final = "rows.jsonl"
HIDDEN_FILE: Final = "hidden.jsonl"


def dump(connection: Connection, folder: Path, hidden: Callable[[str, str], bool] | None) -> None:
    """Write the files. ``hidden(table, id)``: rows that go to a file of their own, if there are any."""
    with (folder / HISTORY_FILE).open("w", encoding="utf-8", newline="\n") as out:
        for event in history(connection):
            out.write(canonical_json(event.model_dump()) + "\n")
    apart: list[str] = []
    with (folder / ROWS_FILE).open("w", encoding="utf-8", newline="\n") as out:
        for name in TABLES:
            for key, added, retired, record in versions(connection, name):
                line = canonical_json({"table": name, "id": key, "added": added, "retired": retired, "record": record})
                if hidden is not None and hidden(name, key):
                    apart.append(line + "\n")
                else:
                    out.write(line + "\n")
    if apart:
        (folder / HIDDEN_FILE).write_text("".join(apart), encoding="utf-8", newline="\n")


def fill(connection: Connection, folder: Path) -> None:
    """Put the dumped history and rows into an empty schema. Raises BadFileError naming the first line that is none."""
    events = [Event.model_validate(line) for line in _lines(folder / HISTORY_FILE)]
    if not events:
        raise BadFileError(f"{folder / HISTORY_FILE} holds no history; take the dump again")
    connection.execute(insert(HISTORY), [event.model_dump() for event in events])
    waiting: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for file in (ROWS_FILE, HIDDEN_FILE):
        for line in _lines(folder / file) if (folder / file).exists() else ():
            name = line["table"]
            waiting[name].append(_row(folder / file, line))
            if len(waiting[name]) >= BATCH:
                connection.execute(insert(RECORDS[name]), waiting[name])
                waiting[name] = []
    for name, rows in waiting.items():
        if rows:
            connection.execute(insert(RECORDS[name]), rows)


def _row(file: Path, line: dict[str, Any]) -> dict[str, Any]:
    text = line["record"]
    try:
        columns = typed(TypeAdapter(TABLES[line["table"]]).validate_json(text))
    except (ValidationError, KeyError) as error:
        raise BadFileError(
            f"{file}: {line.get('table')} {line.get('id')} cannot be read; take the dump again"
        ) from error
    digest = hashlib.sha256(text.encode()).hexdigest()
    return columns | {
        "added_event": line["added"],
        "retired_event": line["retired"],
        "record": text,
        "digest": digest,
    }


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    value = json.loads(line)
                except ValueError as error:
                    raise BadFileError(f"{file}, line {number} is no JSON; take the dump again") from error
                if not isinstance(value, dict):
                    raise BadFileError(f"{file}, line {number} is no record; take the dump again")
                yield value
    except (OSError, UnicodeDecodeError) as error:
        raise BadFileError(f"{file} cannot be read ({error}); take the dump again") from error
