"""The section of one release in a ChangeLog, or why there is none."""

from bot.judgement.changelog import Entry, sections
from bot.judgement.versions import key
from bot.model.repository import FileText


def section_of(file: FileText, version: str) -> tuple[Entry, ...] | str:
    """The entries of a version, however the file spells it; a sentence when the file or the section is missing or empty."""
    if file.text is None:
        return f"there is no {file.path}"
    found = next((rows for name, rows in sections(file.text).items() if key(name) == key(version)), None)
    if found is None:
        return f"{file.path} has no section `Changes with v{version}:`"
    return found or f"{file.path} has an empty section for v{version}"
