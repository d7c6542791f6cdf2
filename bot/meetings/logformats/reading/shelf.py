"""Several files that are one log: a Slack export's folder, or the same folder in a zip."""

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import IO

from bot.meetings.logformats import slack
from bot.meetings.logformats.reading.decoding import Source
from bot.meetings.logformats.reading.shapes import Document
from bot.model.errors import BadInput
from bot.model.meeting import Line

Opener = Callable[[], Source]
DAY = re.compile(r"(?:^|/)([^/]+)/(\d{4}-\d\d-\d\d)\.json$")
NAMED = 12  # channels that an answer lists
# What zipfile raises for a zip that is cut off, damaged, encrypted, or packed in a way it does not know.
FAULTS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, RuntimeError, OSError, ValueError, KeyError, OverflowError
)  # fmt: skip


def unzipped(stream: IO[bytes], name: str) -> dict[str, Opener]:
    """The files in a zip, each opened when it is asked for. Raises BadInput."""
    try:
        archive = zipfile.ZipFile(stream)
        names = archive.namelist()
    except FAULTS:
        raise BadInput(f"{name} is a damaged zip", do="copy or export it again") from None
    return {each: _opener(archive, each, name) for each in names}


class _Member:
    """A file in a zip; whatever goes wrong with it is answered in words."""

    def __init__(self, archive: zipfile.ZipFile, name: str, whole: str) -> None:
        self.archive, self.name, self.whole = archive, name, whole
        self.file: IO[bytes] | None = None

    def seek(self, offset: int, /) -> int:
        """To the beginning, which is all that is asked of it."""
        self.file = None
        return offset

    def read(self, size: int, /) -> bytes:
        try:
            self.file = self.file or self.archive.open(self.name)
            return self.file.read(size)
        except FAULTS as fault:
            raise BadInput(
                f"{self.name} in {self.whole} cannot be unpacked ({fault})", do="copy or export it again"
            ) from None


def _opener(archive: zipfile.ZipFile, name: str, whole: str) -> Opener:
    return lambda: _Member(archive, name, whole)


def slack_lines(files: Mapping[str, Opener], document: Document) -> Iterator[Line]:
    """The lines of one channel of an export. Raises BadInput when it is not clear which channel is meant."""
    channel, days = _days(list(files), document)
    document.learn_channel(channel)
    users = [each for each in files if each.rpartition("/")[2] == "users.json"]

    def opened(each: str) -> Document:
        return replace(document, stream=files[each](), name=each)

    people = slack.nicks(opened(users[0])) if users else {}
    return slack.read_days([partial(opened, each) for each in days], document, people)


def _days(names: list[str], document: Document) -> tuple[str, list[str]]:
    """The channel and the files of its days, in their order."""
    found: dict[str, list[tuple[str, str]]] = {}
    for each in names:
        if day := DAY.search(each):
            found.setdefault(day[1], []).append((day[2], each))
    if not found:
        raise BadInput(
            f"{document.name} holds no log",
            do="of zips and folders, Slack exports are read: CHANNEL/YYYY-MM-DD.json",
        )
    wanted = document.channel.lstrip("#") or (next(iter(found)) if len(found) == 1 else "")
    if wanted not in found:
        known = ", ".join(sorted(found)[:NAMED]) + (" ..." if len(found) > NAMED else "")
        said = f"has no channel {wanted}" if wanted else f"holds {len(found)} channels"
        raise BadInput(f"{document.name} {said}", do=f"choose one with --log-format slack:CHANNEL ({known})")
    return wanted, [each for _, each in sorted(found[wanted])]
