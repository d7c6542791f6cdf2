"""features: what this runtime can do, as JSON (features.md)."""

from __future__ import annotations

from runtime.features import features
from runtime.jsontext import dumps
from runtime.options import no_words, parse

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from runtime.cli import Log


def command(root: str, args: list[str], log: Log) -> None:
    """Prints the document of this runtime's features (features.md#features-structure)."""
    no_words(parse(args)[1], "features")
    print(dumps(features()))
