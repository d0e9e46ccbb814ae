"""Alembic's entry point: it migrates over the connection that `app.store.database` gives it."""

from alembic import context

from app.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # The caller has begun a transaction: all migrations happen or none.
    transaction_per_migration=False,
)
context.run_migrations()
