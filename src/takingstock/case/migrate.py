"""The schema's migrations (Alembic), shipped inside the package and run on a connection of ours."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from takingstock.case import schema
from takingstock.case.structure import VERSION_TABLE
from takingstock.records import NotACaseError

if TYPE_CHECKING:
    from alembic.config import Config


def folder() -> Path:
    """Where the migrations lie."""
    return Path(str(files("takingstock.case") / "migrations"))


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, made here instead of in a file."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(folder()).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def migrate(connection: Connection) -> None:
    """Bring the database to this package's schema, in the transaction of the connection."""
    from alembic import command

    command.upgrade(config(connection), "head")


def versions(connection: Connection) -> tuple[str, ...]:
    """The revisions of the schema that the database names: one in a case, none where there is no case."""
    names = inspect(connection)
    if VERSION_TABLE not in {*names.get_table_names(), *names.get_view_names()}:
        return ()
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE} ORDER BY version_num")).scalars()
    return tuple(str(name) for name in found)


def check(connection: Connection, where: str, *, older: bool = False) -> None:
    """Raises NotACaseError unless the database has this package's schema (``older``: or an earlier one)."""
    names = versions(connection)
    if len(names) > 1:
        raise NotACaseError(
            f"{where} names {len(names)} versions of its schema ({', '.join(names)}) where one belongs: its table "
            f"{VERSION_TABLE} was changed by hand; restore it from a copy of the case"
        )
    found = names[0] if names else None
    if found == schema.SCHEMA or (older and found in schema.VERSIONS):
        return
    if found is None:
        raise NotACaseError(f"half a case: {where} holds no case; restore it from a copy of the case")
    if found in schema.VERSIONS:
        raise NotACaseError(
            f"{where} was made by an older version (schema {found}, now {schema.SCHEMA}); make a copy of the folder, "
            "then call takingstock.case.upgrade(folder)"
        )
    raise NotACaseError(f"{where} was made by a newer version (schema {found}); update takingstock")
