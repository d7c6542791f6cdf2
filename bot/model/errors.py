"""What can go wrong, whose mistake it is, and what to do next.

    TallymanError              anything we answer in words
      WrongRequest      (2)    the person asked for something that cannot be: says what to do
        BadInput               a file or a text that is not what it should be
        BadSettings            tallyman.toml or the environment, every problem at once
      WorldFailed       (3)    network, database or kernel did not do their part
        TrackerFailed          GitHub could not be read
        PublicationFailed      GitHub could not be written
          MustWait             it asks us to slow down: no failure, only later
        DatabaseFailed         the database is locked, too new or out of reach

The number is the exit code of the command line (docs/commands.md); 1 is kept for the answer "no".
"""


class TallymanError(Exception):
    """An answer to a person: one sentence of what happened, and one of what to do next."""

    exit_code = 3

    def __init__(self, what: str, *, do: str = "") -> None:
        super().__init__(f"{what}: {do}" if do else what)
        self.what = what
        self.do = do


class WrongRequest(TallymanError):
    exit_code = 2


class BadInput(WrongRequest):
    pass


class BadSettings(WrongRequest):
    """`problems` holds one sentence for each thing to mend, in the order of the file."""

    def __init__(self, where: str, problems: tuple[str, ...]) -> None:
        super().__init__(f"{where} has {len(problems)} problem{'s'[: len(problems) != 1]}")
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join((f"{self.what}:", *(f"  - {problem}" for problem in self.problems)))


class WorldFailed(TallymanError):
    pass


class TrackerFailed(WorldFailed):
    pass


class PublicationFailed(WorldFailed):
    pass


class MustWait(PublicationFailed):
    pass


class DatabaseFailed(WorldFailed):
    pass
