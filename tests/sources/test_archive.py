"""An archive is whoever's work: what is no plain text of the specification is refused in words, and nothing of it is unpacked."""

import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.demo.github.code import pack
from bot.model.errors import WrongRequest
from bot.sources.archive import MOST_TEXT, Limits, read_archive

TOP = "harbour-quay-1234567"
Change = Callable[[tarfile.TarInfo], None]


def packed(*members: tuple[str, bytes, Change | None], mode: str = "w") -> bytes:
    """A .tar.gz with these members; each is a name below the top folder (or a whole name with /), bytes and what is odd of it."""
    out = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1) as stream,
        tarfile.open(fileobj=stream, mode="w") as tar,
    ):
        for name, content, change in members:
            member = tarfile.TarInfo(name if "/" in name else f"{TOP}/{name}")
            member.size = len(content)
            if change is not None:
                change(member)
            tar.addfile(member, io.BytesIO(content) if member.isreg() else None)
    return out.getvalue()


def link(kind: bytes, to: str) -> Change:
    def change(member: tarfile.TarInfo) -> None:
        member.type, member.linkname, member.size = kind, to, 0

    return change


def test_only_the_specifications_own_files_are_taken() -> None:
    files = {
        "config.md": "a\n", "config-linux.md": "b\n", "runtime.md": "c\n", "README.md": "no\n", "spec.go": "no\n", "specs/config.md": "no\n",
        "conformance/covers.toml": "d\n", "conformance/releases/v1.4.0.toml": "e\n", "conformance/cases/hooks.py": "f\n",
        "conformance/cases/deeper/x.py": "no\n", "conformance/run.sh": "no\n", ".github/conformance/covers.toml": "no\n",
    }  # fmt: skip
    found = read_archive(pack(files, TOP, "0" * 40))
    assert set(found.values()) == {"a\n", "b\n", "c\n", "d\n", "e\n", "f\n"}
    assert set(found) == {name for name, text in files.items() if text != "no\n"}


@pytest.mark.parametrize(
    ("members", "said"),
    [
        pytest.param([("../config.md", b"x", None)], "leads out of it", id="a name above"),
        pytest.param([(f"{TOP}/../../etc/cron.d/x", b"x", None)], "leads out of it", id="a name that climbs"),
        pytest.param([("/etc/config.md", b"x", None)], "leads out of it", id="an absolute name"),
        pytest.param([(f"{TOP}/..\\config.md", b"x", None)], "leads out of it", id="a name for another system"),
        pytest.param([("config.md", b"", link(tarfile.SYMTYPE, "/etc/passwd"))], "config.md as a link", id="a symbolic link"),
        pytest.param([("config.md", b"", link(tarfile.LNKTYPE, f"{TOP}/x"))], "config.md as a link", id="a hard link"),
        pytest.param([("config.md", b"", link(tarfile.CHRTYPE, ""))], "a link or a device", id="a device"),
        pytest.param([("config.md", b"", link(tarfile.FIFOTYPE, ""))], "a link or a device", id="a pipe"),
        pytest.param([("config.md", b"a", None), ("config.md", b"b", None)], "holds config.md twice", id="the same name twice"),
        pytest.param([("config.md", b"x" * (MOST_TEXT + 1), None)], "more than 2097152 bytes in config.md", id="a text that is too long"),
        pytest.param([("config.md", b"caf\xe9", None)], "another encoding than UTF-8 (byte 4)", id="another encoding"),
        pytest.param([("config.md", b"a\0b", None)], "a NUL in config.md", id="a NUL"),
    ],
)  # fmt: skip
def test_what_is_hostile_or_no_text_is_refused_in_words(
    members: list[tuple[str, bytes, Change | None]], said: str
) -> None:
    with pytest.raises(WrongRequest, match="repository's archive") as caught:
        read_archive(packed(*members))
    assert said in str(caught.value)
    assert caught.value.do


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html>sign in</html>", id="a web page"),
        pytest.param(gzip.compress(b"no archive" * 100), id="packed, and no archive"),
        pytest.param(packed(("config.md", b"x" * 100_000, None))[:-200], id="half of one"),
    ],
)
def test_what_is_no_archive_is_refused(raw: bytes) -> None:
    with pytest.raises(WrongRequest, match="archive cannot be read"):
        read_archive(raw)


def test_links_and_odd_files_that_nobody_asked_for_do_not_matter() -> None:
    """Repositories have them; they are stepped over, whatever they lead to."""
    raw = packed(
        ("vendor.md", b"", link(tarfile.SYMTYPE, "../../x")),
        ("config.md", b"ok\n", None),
        ("x.bin", b"\0\xff", None),
    )
    assert read_archive(raw) == {"config.md": "ok\n"}


def test_a_bomb_is_stopped_while_it_unfolds() -> None:
    raw = packed(("big.bin", bytes(30_000_000), None), ("config.md", b"x", None))
    assert len(raw) < 300_000
    assert read_archive(raw) == {"config.md": "x"}
    with pytest.raises(WrongRequest, match="unfolds to more than 10 MB"):
        read_archive(raw, Limits(unpacked=10_000_000))


def test_so_are_members_without_end_and_a_header_that_claims_gigabytes() -> None:
    with pytest.raises(WrongRequest, match="more than 10 files"):
        read_archive(packed(*((f"f{n}", b"", None) for n in range(11))), Limits(members=10))
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 8**11 - 1
    with pytest.raises(WrongRequest):
        read_archive(gzip.compress(header.tobuf() + bytes(20_000_000)), Limits(unpacked=10_000_000))


def test_too_many_texts_are_no_specification() -> None:
    raw = packed(*((f"{TOP}/conformance/cases/c{n}.py", b"", None) for n in range(4)))
    with pytest.raises(WrongRequest, match="too many texts"):
        read_archive(raw, Limits(kept=3))


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    read_archive(packed(("config.md", b"x", None), ("y.md", b"x", None)))
    assert list(tmp_path.iterdir()) == []
