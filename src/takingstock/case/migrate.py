"""The schema's migrations (Alembic), shipped inside the package and run on a connection of ours."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from takingstock.case import schema
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


def version(connection: Connection) -> str | None:
    """The revision of the schema in the database; None where there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return str(found[0]) if len(found) == 1 else None


def check(connection: Connection, where: str, *, older: bool = False) -> None:
    """Raises NotACaseError unless the database has this package's schema (``older``: or an earlier one)."""
    found = version(connection)
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
