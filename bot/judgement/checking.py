"""A person's tally beside ours: where the two differ, in words."""

from bot.judgement import subjects
from bot.model.ballot import Outcome, Tally


def differences(line: str, ours: Tally) -> tuple[str, ...]:
    """Where a person's tally line says something else than the count; () when it agrees.

    Both readings of # are right: ABSTAINs alone, or everybody who did not vote.
    """
    theirs = subjects.read_tally(line)
    if theirs is None:
        return ("it is no tally line such as [project adopted]: motion (+6 -0 #3)",)
    found = []
    if theirs.project.casefold() != ours.motion.project.casefold():
        found.append(f"it names the project {theirs.project}, the motion {ours.motion.project}")
    if theirs.motion.casefold() != subjects.named(ours.motion.text).casefold():
        found.append(
            f"it names the motion {theirs.motion!r}, the ballots {subjects.named(ours.motion.text)!r}"
        )
    said = "adopted" if theirs.adopted else "rejected"
    if ours.outcome not in (Outcome.ADOPTED, Outcome.NOT_ADOPTED) or theirs.adopted is not ours.adopted:
        found.append(f"it says {said}, the count says {ours.outcome}")
    for name, given, counted in (
        ("in favour", theirs.in_favour, ours.lgtm),
        ("against", theirs.against, ours.reject),
    ):
        if given != counted:
            found.append(f"it has {given} {name}, the count {counted}")
    if theirs.others not in (ours.abstain, ours.abstain + ours.silent):
        found.append(f"it has #{theirs.others}; {ours.abstain} abstained and {ours.silent} were silent")
    return tuple(found)
