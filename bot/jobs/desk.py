"""What an errand works with: settings, records, the clock and the way to GitHub, built once by app and passed in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.settings import Project, Settings

if TYPE_CHECKING:
    from bot.publication.publisher import Speaker
    from bot.records.engine import Engine
    from bot.sources.gateway import Gateway


@dataclass(frozen=True, slots=True)
class Desk:
    """`clock` gives aware UTC; `gateway` may be shared by threads, a publisher may not; `say` tells progress."""

    settings: Settings
    engine: "Engine"
    clock: Callable[[], datetime]
    gateway: "Callable[[], Gateway]"
    publisher: "Callable[[], Speaker]"
    say: Callable[[str], None]

    def projects(self, id_: str | None) -> tuple[Project, ...]:
        """The named project, or all of them."""
        return self.settings.project if id_ is None else (self.settings.named(id_),)
