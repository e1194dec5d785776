"""Evidence and identification: ten more record tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_STILL = sa.text("retired_event IS NULL")
_TEXT = {
    "assignments": "sighting expert",
    "clearances": "person",
    "collections": "evidence source url account within commitment",
    "evidence": "name media_type commitment",
    "examinations": "tool device integrity trust",
    "identifications": "sighting expert",
    "incidents": "source qualified_by first last",
    "likenesses": "first_file second_file judgement person",
    "rulings": "sighting kind person level item",
    "verifications": "evidence person aspect answer",
}
_NUMBER = {"evidence": "size", "rulings": "number"}


def upgrade() -> None:
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
