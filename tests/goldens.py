"""Golden files: what a text must look like, to the byte. `GOLDEN=write pytest tests/reports` writes them anew; read the diff.

A test module that uses some declares all of them in `GOLDENS`; tests/reports/test_goldens.py finds those nobody declares.
"""

import os
import re
from pathlib import Path

FOLDER = Path(__file__).with_name("golden")
IS_WRITING = os.environ.get("GOLDEN") == "write"


def check(name: str, text: str) -> None:
    """Compares a text with its golden file, or writes the file when that was asked for. A page's style is left out."""
    path = FOLDER / name
    text = re.sub(r"(?s)<style>.*?</style>", "<style></style>", text, count=1)
    if IS_WRITING:
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"there is no tests/golden/{name}: run the test once with GOLDEN=write"
    assert text == path.read_text(encoding="utf-8"), "if this is meant, write it anew with GOLDEN=write"
