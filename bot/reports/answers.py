"""The answer to what somebody asked in a comment: done, or what to do instead, each command on its line."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.reports.templates import environment


@dataclass(frozen=True, slots=True)
class Answered:
    """One command as it was typed, whether it was carried out, and what is to be said of it."""

    line: str
    is_done: bool
    said: str


def answer(by: str, answers: Sequence[Answered], help_: Sequence[tuple[str, str]] = ()) -> str:
    """The comment that answers. `help_` are commands and what they do, when somebody asked for them."""
    return (
        environment()
        .get_template("answer.markdown.j2")
        .render(by=by, answers=list(answers), commands=list(help_))
    )


def refusal(by: str, repo: str) -> str:
    """A polite no, and what anybody can do."""
    return environment().get_template("refusal.markdown.j2").render(by=by, repo=repo)
