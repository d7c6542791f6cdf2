"""The published releases of a repository on GitHub, with the names of what is attached."""

from bot.model.repository import Published
from bot.sources.gateway import Gateway, Raw


def read_published(gateway: Gateway, base: str) -> tuple[Published, ...]:
    """A request for each hundred; drafts are left out. Raises TrackerFailed."""
    found = gateway.pages(f"{base}/releases", _published)
    return tuple(each for each in found if each is not None)


def _published(raw: Raw) -> Published | None:
    if raw.get("draft"):
        return None
    assets = tuple(str(asset["name"]) for asset in raw.get("assets") or ())
    return Published(str(raw["tag_name"]), str(raw.get("body") or ""), assets, str(raw["html_url"]))
