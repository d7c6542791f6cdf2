"""The document of a run as others read it: text for people, JUnit and TAP for CI, one page of HTML.

Every state is a word and a shape. A result that is private (it shows a way out of a runtime that is not ours) stands in the JSON
and in the text, which stay with whoever ran it; files that CI publishes name neither the case nor what was seen.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runtime.conformance.formats import html, junit, tap, text

FORMATS: dict[str, Callable[[dict[str, Any]], str]] = {
    "text": text.page,
    "json": json.dumps,
    "junit": junit.page,
    "tap": tap.page,
    "html": html.page,
}
ENDINGS = {".txt": "text", ".json": "json", ".xml": "junit", ".tap": "tap", ".html": "html", ".htm": "html"}


class UnknownFormat(Exception):
    """A file whose name does not say what it should be; the text says which names do."""


def asked(output: str, form: str = "") -> tuple[Path, str]:
    """A file and its format: of FORMAT=FILE, else `form`, else what the name's ending says. Raises UnknownFormat."""
    named, equals, path = output.partition("=")
    if equals and named in FORMATS:
        return Path(path), named
    found = form or ENDINGS.get(Path(output).suffix.lower())
    if found is None:
        raise UnknownFormat(
            f"{output} does not say in which format: end it in {', '.join(ENDINGS)}, or write FORMAT={output}"
        )
    return Path(output), found
