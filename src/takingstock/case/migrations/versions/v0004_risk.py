"""Risk: decisions on applications, indicators; and links of serials and lots for the trace."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_STILL = sa.text("retired_event IS NULL")
_TEXT = {
    "decisions": "kind person first last",
    "indicators": "measure party first last source",
    "marklinks": "kind mark receipt issue person",
}
_NUMBER = {"indicators": "value"}


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
