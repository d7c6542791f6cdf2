"""A repository's archive, read without unpacking it: the specification's texts, its schema and its `conformance/` files, and nothing else.

Whoever opens a pull request writes what is in it, so nothing in it is believed: no name becomes a path on this disk, no link
is followed, and everything is counted while it unfolds.
"""

import gzip
import io
import re
import tarfile
import zlib
from dataclasses import dataclass

from bot.model.errors import WrongRequest

MOST_PACKED = 32_000_000  # bytes; runtime-spec's archive has half a megabyte
MOST_TEXT = 2 * 1024 * 1024  # bytes of one file, as the suite takes them
WANTED = re.compile(
    r"(?:bundle|runtime|config|features|glossary)(?:-[a-z]+)*\.md"
    r"|schema/[\w.-]+\.json"
    r"|conformance/(?:[a-z]+\.toml|releases/[\w.-]+\.toml|cases/\w+\.py)"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one archive: bytes when unfolded, members, and how many files and letters are kept of them."""

    unpacked: int = 400_000_000
    members: int = 50_000
    kept: int = 500
    letters: int = 16_000_000


USUAL = Limits()


class _Counted(io.RawIOBase):
    """What a packed stream unfolds to, until it is too much."""

    def __init__(self, packed: bytes, most: int) -> None:
        self._stream, self._size, self._most = gzip.GzipFile(fileobj=io.BytesIO(packed)), 0, most

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        found = self._stream.read(min(size, 1_048_576) if size > 0 else 1_048_576)
        self._size += len(found)
        if self._size > self._most:
            raise WrongRequest(
                f"the archive unfolds to more than {self._most // 1_000_000} MB",
                do="that is no specification's repository; check the project's repo",
            )
        return found


def read_archive(packed: bytes, limits: Limits = USUAL) -> dict[str, str]:
    """The texts of a repository's `.tar.gz` by their path in it: `config.md`, `conformance/covers.toml`, ...

    Raises WrongRequest for an archive that is broken, hostile or too large, and for a wanted file that is no plain text.
    """
    found: dict[str, str] = {}
    try:
        with tarfile.open(fileobj=_Counted(packed, limits.unpacked), mode="r|") as archive:
            for number, member in enumerate(archive):
                if number >= limits.members:
                    raise _refused(f"holds more than {limits.members} files")
                path = _inside(member.name)
                if not WANTED.fullmatch(path) or member.isdir():
                    continue
                if path in found:
                    raise _refused(f"holds {path} twice")
                found[path] = _text(archive, member, path)
                if len(found) > limits.kept or sum(map(len, found.values())) > limits.letters:
                    raise _refused("holds too many texts to be a specification")
    except (tarfile.TarError, EOFError, OSError, zlib.error, ValueError, OverflowError) as broken:
        raise _refused(f"cannot be read ({type(broken).__name__})") from None
    return found


def _inside(name: str) -> str:
    """A member's path below the archive's one folder. WrongRequest for one that leads elsewhere."""
    parts = name.rstrip("/").split("/")
    if name.startswith("/") or ".." in parts or "\\" in name or "\0" in name:
        raise _refused("holds a name that leads out of it")
    return "/".join(part for part in parts[1:] if part not in ("", "."))


def _text(archive: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> str:
    if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
        raise _refused(f"has {path} as a link or a device: a text must be a file")
    if member.size > MOST_TEXT:
        raise _refused(f"has more than {MOST_TEXT} bytes in {path}")
    stream = archive.extractfile(member)
    content = stream.read(MOST_TEXT + 1) if stream else b""
    if len(content) != member.size:
        raise _refused(f"ends in the middle of {path}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise _refused(f"has {path} in another encoding than UTF-8 (byte {wrong.start + 1})") from None
    if "\0" in text:
        raise _refused(f"has a NUL in {path}")
    return text


def _refused(why: str) -> WrongRequest:
    return WrongRequest(
        f"the repository's archive {why}", do="mend the repository at that commit, or name another"
    )
