"""The arithmetic of a vote: quorum, majority and their exceptions, in whole numbers, with a sentence for each clause."""

from dataclasses import dataclass

from bot.model.ballot import About, Kind
from bot.model.clause import Clause, Clauses, Predicate


@dataclass(frozen=True, slots=True)
class Count:
    """What the clauses say of these numbers. `needed` is how many votes the quorum, or the family's own minimum, asks for.

    `carried` is what the result is when nothing more is posted; `exception` names the clause that carried it all the same.
    """

    needed: int
    quorum_met: bool
    carried: bool
    sentences: tuple[str, ...]
    exception: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Votes of the roster. Whoever is neither for, against nor abstaining has not posted."""

    roster: int
    in_favour: int
    against: int
    abstaining: int = 0

    @property
    def cast(self) -> int:
        return self.in_favour + self.against


def count(clauses: Clauses, numbers: Numbers, kind: Kind, about: About) -> Count:
    """Every clause in force, asked of the numbers; a family without a quorum needs its minimum or its share instead."""
    needed, met, said = _quorum(clauses, numbers)
    carried = met
    for ask in (_majority, _minimum, _ahead, _unopposed):
        holds, sentences = ask(clauses, numbers)
        carried = carried and holds
        said += sentences
    exception = ""
    if not carried:
        for clause in clauses.of(Predicate.EXCEPTION):
            if _excepts(clause, numbers, kind, about):
                carried, exception = True, clause.id
                said += (
                    f"{numbers.in_favour} in favour and {numbers.against} against are enough for a {kind} motion about a {about}"
                    f" ({clause.cited})",
                )
                break
    return Count(needed, met, carried, said, exception)


def share(numerator: int, denominator: int, of: int) -> int:
    """The least whole number that is at least this share: two thirds of 8 are 6."""
    return -(-numerator * of // denominator)


def _quorum(clauses: Clauses, numbers: Numbers) -> tuple[int, bool, tuple[str, ...]]:
    clause = clauses.one(Predicate.QUORUM)
    if clause is None:
        return _instead_of_quorum(clauses, numbers)
    voted = numbers.cast + (numbers.abstaining if clause.says("abstentions") else 0)
    top, bottom = clause.number("numerator"), clause.number("denominator")
    needed = share(top, bottom, numbers.roster)
    met = bottom * voted >= top * numbers.roster
    return (
        needed,
        met,
        (
            f"quorum {'met' if met else 'not met'}: {voted} of {numbers.roster} voted, {needed} needed"
            f" ({bottom} × {voted} = {bottom * voted} {'≥' if met else '<'} {top} × {numbers.roster} = {top * numbers.roster};"
            f" {clause.cited})",
        ),
    )


def _instead_of_quorum(clauses: Clauses, numbers: Numbers) -> tuple[int, bool, tuple[str, ...]]:
    """The votes in favour that a family without a quorum asks for; the clause's own sentence says the rest."""
    least = clauses.one(Predicate.MINIMUM)
    if least is not None:
        needed = least.number("in_favour")
        return needed, numbers.in_favour >= needed, ()
    majority = clauses.one(Predicate.MAJORITY)
    if majority is None:
        return 0, True, ()
    of = numbers.roster if majority.parameters.get("of") == "roster" else numbers.cast
    needed = share(majority.number("numerator"), majority.number("denominator"), of)
    return needed, numbers.in_favour >= needed, ()


def _majority(clauses: Clauses, numbers: Numbers) -> tuple[bool, tuple[str, ...]]:
    clause = clauses.one(Predicate.MAJORITY)
    if clause is None:
        return True, ()
    by_roster = clause.parameters.get("of") == "roster"
    of = numbers.roster if by_roster else numbers.cast
    top, bottom = clause.number("numerator"), clause.number("denominator")
    holds = of > 0 and bottom * numbers.in_favour >= top * of
    whose = "who may vote" if by_roster else "votes cast"
    return holds, (
        f"majority {'reached' if holds else 'not reached'}: {numbers.in_favour} of {of} {whose} in favour,"
        f" {share(top, bottom, of)} needed ({bottom} × {numbers.in_favour} = {bottom * numbers.in_favour}"
        f" {'≥' if bottom * numbers.in_favour >= top * of else '<'} {top} × {of} = {top * of}; {clause.cited})",
    )


def _minimum(clauses: Clauses, numbers: Numbers) -> tuple[bool, tuple[str, ...]]:
    clause = clauses.one(Predicate.MINIMUM)
    if clause is None:
        return True, ()
    needed = clause.number("in_favour")
    holds = numbers.in_favour >= needed
    return holds, (
        f"{numbers.in_favour} in favour, {needed} needed: {'enough' if holds else 'not enough'} ({clause.cited})",
    )


def _ahead(clauses: Clauses, numbers: Numbers) -> tuple[bool, tuple[str, ...]]:
    clause = clauses.one(Predicate.AHEAD)
    if clause is None:
        return True, ()
    holds = numbers.in_favour > numbers.against
    sign = ">" if holds else "≤"
    return holds, (
        f"{'more' if holds else 'not more'} in favour than against: {numbers.in_favour} {sign} {numbers.against}"
        f" ({clause.cited})",
    )


def _unopposed(clauses: Clauses, numbers: Numbers) -> tuple[bool, tuple[str, ...]]:
    clause = clauses.one(Predicate.UNOPPOSED)
    if clause is None:
        return True, ()
    most = clause.number("against")
    holds = numbers.against <= most
    return holds, (f"{numbers.against} against, {most} allowed ({clause.cited})",)


def _excepts(clause: Clause, numbers: Numbers, kind: Kind, about: About) -> bool:
    """Only for the kind and the matter it names: never for a specification, nor for who is a maintainer."""
    return (
        clause.parameters.get("kind") == kind
        and clause.parameters.get("about") == about
        and numbers.in_favour >= clause.number("in_favour")
        and numbers.against <= clause.number("against")
    )


def needs(clauses: Clauses, roster: int) -> tuple[str, ...]:
    """What a motion needs with such a roster, in words: `8 of 11 maintainers to vote`, `two thirds of the votes in favour`."""
    said = []
    if (quorum := clauses.one(Predicate.QUORUM)) is not None:
        least = share(quorum.number("numerator"), quorum.number("denominator"), roster)
        said.append(f"the votes of {least} of {roster} maintainers ({quorum.cited})")
    if (majority := clauses.one(Predicate.MAJORITY)) is not None:
        top, bottom = majority.number("numerator"), majority.number("denominator")
        if majority.parameters.get("of") == "roster":
            said.append(f"{share(top, bottom, roster)} of {roster} in favour ({majority.cited})")
        else:
            said.append(f"{top} of every {bottom} votes cast in favour ({majority.cited})")
    if (least_for := clauses.one(Predicate.MINIMUM)) is not None:
        said.append(f"{least_for.number('in_favour')} votes in favour ({least_for.cited})")
    if (ahead := clauses.one(Predicate.AHEAD)) is not None:
        said.append(f"more votes in favour than against ({ahead.cited})")
    if (unopposed := clauses.one(Predicate.UNOPPOSED)) is not None:
        said.append(f"at most {unopposed.number('against')} votes against ({unopposed.cited})")
    return tuple(said)
