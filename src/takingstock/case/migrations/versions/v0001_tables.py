"""The first schema: the six record tables and the history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_STILL = sa.text("retired_event IS NULL")
_TEXT = {
    "counts": "source holder item unit first last basis",
    "parties": "name kind part_of country",
    "populations": "source holder unit first last",
    "sightings": "source holder item population unit made_in first last",
    "sources": "title kind first last reliability",
    "statements": "movement source item from_party to_party unit first last mode stage chain",
}
_NUMBER = {"counts": "low high", "populations": "low high", "sightings": "low high share", "statements": "low high"}


def upgrade() -> None:
    op.create_table(
        "history",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("kind", "actor", "at", "reason", "payload", "previous", "digest")
        ),
    )
    for table, text in _TEXT.items():
        op.create_table(
            table,
            sa.Column("id", _KEY, primary_key=True),
            sa.Column("added_event", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("retired_event", sa.Integer),
            *(sa.Column(name, sa.Text) for name in text.split()),
            *(sa.Column(name, sa.Float(53)) for name in _NUMBER.get(table, "").split()),
            sa.Column("digest", sa.Text, nullable=False),
            sa.Column("record", sa.Text, nullable=False),
        )
        op.create_index(f"{table}_current", table, ["id"], unique=True, sqlite_where=_STILL, postgresql_where=_STILL)
