"""Alembic's entry: it runs on the connection that core.schema hands over."""

from alembic import context

from core import db, schema

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=db.Base.metadata,
    render_as_batch=True,
    transactional_ddl=False,  # core.schema holds the one transaction around all of it
    compare_type=True,
)
context.run_migrations()
assert schema.TABLES  # noqa: S101  # imported for its tables
