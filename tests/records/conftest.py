"""The databases of tests/databases.py, for this room."""

from tests.databases import empty, engine, fresh, template

__all__ = ["empty", "engine", "fresh", "template"]
