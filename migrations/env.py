"""How Alembic runs here: on the connection the program hands in, or on TALLYMAN_SERVICE__DATABASE for a developer."""

import os
from pathlib import Path
from typing import Literal

from alembic import context
from sqlalchemy import Connection

from bot.records.base import Moment
from bot.records.engine import default_url, open_engine
from bot.records.tables import Base


def _plainly(kind: str, item: object, _context: object) -> str | Literal[False]:
    """A migration names the database's own types: what our classes mean may change after it was written."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=_plainly,
    )
    with context.begin_transaction():
        context.run_migrations()


handed_in = context.config.attributes.get("connection")
if handed_in is not None:
    run(handed_in)
else:
    url = os.environ.get("TALLYMAN_SERVICE__DATABASE") or default_url(Path(".alembic"))
    with open_engine(url).begin() as own:
        run(own)
