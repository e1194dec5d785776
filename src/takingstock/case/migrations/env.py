"""Runs the migrations on the connection that :mod:`takingstock.case.migrate` hands over, in its transaction."""

from alembic import context

from takingstock.case.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
