"""Stamps to moments, in the order of the log: midnight, missing years, summer time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.meetings.logformats.reading import stamps
from bot.model.errors import BadInput

BACK = timedelta(
    hours=2
)  # a clock that goes back by more has passed midnight; less is summer time's end, or disorder
DAY = timedelta(days=1)
DISORDER = timedelta(minutes=1)  # two lines that changed places
HALF_YEAR = timedelta(days=183)
BEGIN = datetime(1, 1, 1, tzinfo=UTC)  # before every line
KEPT = 1 << 17  # moments remembered, more than a day has seconds


class Clock:
    """The clock of one log. `day` is the local day of the line read last; None until somebody knows it."""

    def __init__(self, name: str, zone: tzinfo, day: date | None, warn: Callable[[str], None]) -> None:
        self.name, self.zone, self.day, self.warn = name, zone, day, warn
        self.known: dict[str | None, datetime] = {}  # what a stamp means today
        self._midnights: dict[date, datetime | None] = {}
        self.began = timedelta()  # the time in the last heading, for lines without a stamp
        self._is_warned = False

    def moment(self, stamp: str | None, number: int, last: datetime) -> datetime:
        """The moment of a stamp that is new today, or that lies before the line before it. Raises BadInput.

        `last` is the moment of the line before, BEGIN for the first one. A line without a stamp has the moment before it, or its heading's.
        """
        if stamp is None:
            return max(last, self._utc(self._today(), self.began, last))
        try:
            said = stamps.read(stamp)
        except stamps.Impossible:
            raise BadInput(
                f"line {number} of {self.name} has the time {stamp}", do="correct the line"
            ) from None
        at = self._placed(said, last)
        if len(self.known) >= KEPT:
            self.known.clear()
        self.known[stamp] = at
        return at

    def heading(self, day: date, clock: timedelta, number: int) -> None:
        """The log's own word for the day, such as `--- Day changed Thu Jun 02 2016`. A log goes forward."""
        self.began = clock
        if self.day is None or day > self.day:
            self._turn(day)
        elif day < self.day:
            self._warn_once(
                f"line {number} of {self.name} says {day}, but the day is {self.day} already (is the file's name right, or --date?)"
            )

    def resync(self, stamp: str | None, number: int, announced: datetime, last: datetime) -> datetime:
        """The moment of a line whose day the bot itself tells: it may be weeks after the line before."""
        said = stamps.read(stamp) if stamp else None
        if said is not None and said.day is None and self.day is not None:
            near = announced.astimezone(self.zone).date()
            days = (near - DAY, near, near + DAY)  # 23:59:58 and the bot's 00:00:01 belong to two days
            day = min(days, key=lambda each: abs(self._utc(each, said.clock, BEGIN) - announced))
            if day > self.day:
                self._turn(day)
        return self.moment(stamp, number, last)

    def _placed(self, said: stamps.Stamp, last: datetime) -> datetime:
        if said.day is None:
            at = self._utc(self._today(), said.clock, last)
            if last - at > BACK:
                self._turn(self._today() + DAY)
                at = self._utc(self._today(), said.clock, last)
            return at
        day = said.day if said.has_year else self._with_year(said.day)
        if said.offset is not None:
            midnight = datetime.combine(day, time.min, said.offset)
            return midnight.astimezone(UTC) + said.clock
        if self.day != day:
            self._turn(day)
        return self._utc(day, said.clock, last)

    def _with_year(self, day: date) -> date:
        """The year nearest to the day before it: a log that passes New Year's Eve goes on in the next one."""
        today = self._today()
        years = (today.year, today.year + 1, today.year - 1)
        near = [found for year in years if (found := _in_year(day, year)) and abs(found - today) < HALF_YEAR]
        if not near:
            raise BadInput(
                f"{self.name} has a line of {day:%d %B}, which is far from {today}",
                do="say with --date YYYY-MM-DD on which day the log begins",
            )
        return near[0]

    def _today(self) -> date:
        if self.day is None:
            raise BadInput(
                f"{self.name} does not say on which day it was", do="give it with --date YYYY-MM-DD"
            )
        return self.day

    def _turn(self, day: date) -> None:
        self.day = day
        self.known.clear()

    def _utc(self, day: date, clock: timedelta, last: datetime) -> datetime:
        midnight = self._midnight(day)
        if midnight is not None:
            return midnight + clock
        local = datetime.combine(day, time.min, self.zone) + clock
        first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        if first == second:
            return first
        if second < first:  # the clock jumped over this time: read on as if it had not
            self._warn_once(
                f"{self.name} has the time {local:%Y-%m-%d %H:%M}, which did not exist in {self.zone}: is the zone right?"
            )
            return first
        # The hour came twice: the second time, if the first one would make the log go back.
        return second if last - first > DISORDER else first

    def _midnight(self, day: date) -> datetime | None:
        """The day's beginning in UTC, None for a day on which the zone's offset changes."""
        if day not in self._midnights:
            if len(self._midnights) > 1000:
                self._midnights.clear()
            begin = datetime.combine(day, time.min, self.zone)
            same = begin.utcoffset() == (begin + DAY).utcoffset() == (begin + DAY / 2).utcoffset()
            self._midnights[day] = begin.astimezone(UTC) if same else None
        return self._midnights[day]

    def _warn_once(self, text: str) -> None:
        if not self._is_warned:
            self._is_warned = True
            self.warn(text)


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None
