"""Files of a repository on GitHub, at a branch, a tag or a commit."""

import base64
from urllib.parse import quote

from bot.model.repository import FileText
from bot.sources.gateway import Gateway, Raw

MOST = 5_000_000  # bytes; GitHub gives no content of a file above a megabyte, and such a one is unknown, not empty


def read_file(gateway: Gateway, base: str, path: str, ref: str, *, at: str = "") -> FileText | None:
    """The file, its text None where there is none of that name; None for one that GitHub does not give the words of.

    `at` is the commit to read when `ref` is another name for it. Raises TrackerFailed or WrongRequest.
    """

    url = f"{base}/contents/{quote(path)}?ref={quote(at or ref, safe='')}"
    found = gateway.find(url, lambda raw: (_file(path, ref, raw),))
    return FileText(path, ref, None) if found is None else found[0]


def _file(path: str, ref: str, raw: Raw) -> FileText | None:
    if raw.get("type") != "file" or raw.get("encoding") != "base64":
        return None
    text = base64.b64decode(raw["content"])[:MOST].decode("utf-8", "replace")
    return FileText(path, ref, text, str(raw.get("html_url") or ""))
