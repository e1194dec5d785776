"""init: make an empty case."""

from __future__ import annotations

from pathlib import Path

from takingstock.records import Record


class Opened(Record):
    """``revision`` and ``head`` of the new history; ``template`` is the blank workbook, if one was asked for."""

    case: str
    title: str
    revision: int
    head: str
    template: str | None = None


def init(
    folder: Path, *, title: str = "", database: str | None = None, template: Path | None = None, actor: str = ""
) -> Opened:
    """Make a case in ``folder`` (which must not exist, or be empty), on SQLite or on the database named.

    Raises ConflictError where something is in the way."""
    from takingstock.case import create
    from takingstock.exchange import blank_template

    with create(folder, title or Path(folder).name, database=database, actor=actor or "unnamed") as case:
        opened = Opened(
            case=str(folder),
            title=title or Path(folder).name,
            revision=case.revision,
            head=case.head,
            template=str(template) if template else None,
        )
    if template:
        blank_template(template)
    return opened
