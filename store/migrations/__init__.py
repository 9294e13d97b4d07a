"""Alembic's history of the case database; run by `open_store`."""
