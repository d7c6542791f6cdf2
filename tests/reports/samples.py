"""Made-up meetings with everything that can be in one, for the texts that come out of them."""

from datetime import UTC, date, datetime, timedelta

from bot.model.followup import Action, Agenda, Proposal, SeenDecision, Sight, Step
from bot.model.followup import State as Open
from bot.model.meeting import (
    Choice,
    Event,
    Item,
    Kind,
    Line,
    Meeting,
    Offer,
    Participant,
    Poll,
    Present,
    Reference,
    Rule,
    Status,
    Thing,
    Topic,
)
from bot.model.tracker import Issue, State

START = datetime(2016, 6, 1, 23, 50, 0, tzinfo=UTC)  # a meeting over midnight
SPEC, IMAGE = "example/runtime-spec", "example/image-spec"


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def issue(number: int, repo: str = SPEC, rule: Rule = Rule.TOPIC, kind: Thing = Thing.EITHER) -> Reference:
    part = "pull" if kind is Thing.PULL else "issues"
    return Reference(repo, number, kind, f"https://github.com/{repo}/{part}/{number}", rule)


def item(line: int, kind: Kind, text: str, by: str = "ada", **more: object) -> Item:
    values: dict[str, object] = {"speaker": by, "topic": HOOKS, "repo": SPEC, "at": at(line // 2), **more}
    return Item(id=f"L{line}", line=line, kind=kind, by=by, text=text, **values)  # type: ignore[arg-type]  # see above


HOOKS, NAMES, RELEASE = "hooks in 1.0", "names of images", "cutting the next release"
MILESTONE = Reference(
    SPEC, None, Thing.MILESTONE, "https://github.com/example/runtime-spec/milestone/7", Rule.EXPLICIT
)
COMMIT = Reference(
    SPEC,
    None,
    Thing.COMMIT,
    f"https://github.com/example/runtime-spec/commit/{'0123456789' * 4}",
    Rule.EXPLICIT,
)

FULL = Meeting(
    name="weekly_call",
    title="Weekly call",
    channel="#spec",
    started_at=START,
    ended_at=at(45),
    chairs=("ada", "bo"),
    items=(
        item(3, Kind.INFO, "minutes of last week are out", topic="", repo=""),
        item(4, Kind.TOPIC, HOOKS),
        item(6, Kind.LINK, "https://github.com/example/runtime-spec/issues/20", by="bo", references=(issue(20),), gloss="where the hooks came up first"),
        item(8, Kind.AGREED, "Move #299 out of 1.0", references=(issue(299),)),
        item(9, Kind.AGREED, "Ask the list by the end of June", status=Status.AMENDED, note="“July” until bo corrected it on 3 June 2016"),
        item(10, Kind.ACTION, "ada to roll back #412 and tell image-spec#3", assignees=("ada",), references=(issue(412), issue(3, IMAGE, Rule.EXPLICIT)), due=date(2016, 6, 10)),
        item(12, Kind.ACTION, "bo and cy to write down PR 449", by="bo", assignees=("bo", "cy"), references=(issue(449, kind=Thing.PULL),)),
        item(14, Kind.ACTION, "more discussion of the milestone", references=(MILESTONE,)),
        item(15, Kind.ACTION, "Mary to look at the hooks", by="bo", speaker="cy", assignees=("Mary",), status=Status.UNCERTAIN, note="“Mary” may be mary_: nobody has confirmed it"),
        item(16, Kind.TOPIC, NAMES, topic=NAMES, repo=IMAGE),
        item(18, Kind.QUESTION, "who keeps the registry of names?", by="bo", speaker="dee", topic=NAMES, repo=IMAGE),
        item(20, Kind.QUESTION, "is a digest enough?", topic=NAMES, repo=IMAGE),
        item(21, Kind.ANSWER, "yes, for now", by="cy", topic=NAMES, repo=IMAGE, closes="L20"),
        item(22, Kind.IDEA, "names could be addresses", by="cy", topic=NAMES, repo=IMAGE, status=Status.UNDONE, note="taken back by ada on line 23"),
        item(23, Kind.UNDO, "L22", topic=NAMES, repo=IMAGE, closes="L22"),
        item(24, Kind.TOPIC, HOOKS, by="bo"),
        item(26, Kind.REJECTED, "Keep the old hooks for a year", by="bo"),
        item(28, Kind.TOPIC, RELEASE, by="cy", topic=RELEASE, status=Status.ADOPTED, note="cy was made chair on line 30"),
        item(29, Kind.AGREED, "tag it on Friday", by="eve", topic=RELEASE, status=Status.PENDING, note="eve is no chair; a chair can say #accept L29"),
        item(31, Kind.MOTION, "Tag rc2 on Friday?", topic=RELEASE),
        item(32, Kind.VOTE, "Tag rc2 on Friday? yes 2, no 1", by="bo", topic=RELEASE),
        item(34, Kind.HELP, "somebody who knows Solaris", topic=RELEASE),
        item(35, Kind.INFO, "[redacted by ada on 2 June 2016: a phone number]", by="[redacted]", topic=RELEASE),
        item(36, Kind.LINK, f"{COMMIT.url} is what would be tagged", by="cy", topic=RELEASE, references=(COMMIT,)),
    ),
    people=(
        Participant("ada", Present.BOTH, 30),
        Participant("bo", Present.TYPED, 12, left_at=at(40)),
        Participant("cy", Present.TYPED, 9, also=("cy_away",)),
        Participant("eve", Present.TYPED, 2),
        Participant("dee", Present.SCRIBED, 0),
        Participant("Mary", Present.SCRIBED, 0, near=("mary_",)),
    ),
    warnings=("line 40: #unchair by eve, who was not chair, was not followed",),
    source="2016-06-01.log",
    topics=(
        Topic("L4", HOOKS, SPEC, at(2), left_open=False, mentions=(issue(299),)),
        Topic("L16", NAMES, IMAGE, at(8), left_open=True),
        Topic("L28", RELEASE, SPEC, at(14), left_open=True),
    ),
    polls=(
        Poll(
            id="L31", question="Tag rc2 on Friday?", options=("yes", "no", "abstain"), opened_at=at(15), closed_at=at(16),
            electorate=("ada", "bo", "cy", "dee"),
            ballots=(
                Choice("ada", "yes", at(15), 31),
                Choice("bo", "no", at(15), 31),
                Choice("cy", "yes", at(16), 32, history=("no",)),
                Choice("eve", "yes", at(16), 32, counts=False),
            ),
        ),
        Poll("L38", "Meet again next week?", ("+1", "-1"), at(19), None, ()),
    ),
    offers=(
        Offer("chair", (27,), ("cy",), "cy asked to be chair: `#chair cy` says yes"),
        Offer("same-person", (15,), ("Mary", "mary_"), "Mary and mary_ may be one person: either of them can say so"),
        Offer("due", (10,), ("L10",), "“Friday in a week” was read as Friday 10 June 2016"),
    ),
    scribes=("bo", "ada"),
    aliases=(("???", "dee"),),
)  # fmt: skip

NOTES = Meeting(  # as people write them now: a day, attendees and lists
    name="runtime_wg", title="Runtime WG, June 1", channel="", started_at=datetime(2016, 6, 1, tzinfo=UTC),
    ended_at=datetime(2016, 6, 1, tzinfo=UTC), day_only=True, chairs=(), source="notes.md",
    items=(
        Item("N1", 8, datetime(2016, 6, 1, tzinfo=UTC), Kind.TOPIC, "", "", HOOKS, topic=HOOKS),
        Item("N2", 9, datetime(2016, 6, 1, tzinfo=UTC), Kind.INFO, "", "ada", "there are three", topic=HOOKS),
        Item("N3", 11, datetime(2016, 6, 1, tzinfo=UTC), Kind.ACTION, "", "", "@ada file the issue", assignees=("ada",), done=True),
        Item("N4", 12, datetime(2016, 6, 1, tzinfo=UTC), Kind.ACTION, "", "", "@bo write it down", assignees=("bo",)),
    ),
    people=(
        Participant("ada", Present.SCRIBED, 0, affiliation="Example"),
        Participant("bo", Present.SCRIBED, 0),
    ),
)  # fmt: skip

EMPTY = Meeting(
    "meeting", "", "", START, None, (), (), (), ("the meeting was not ended: no #endmeeting by a chair",)
)

LINES = (
    Line(1, at(0), "ada", "#startmeeting Weekly call"),
    Line(2, at(0), "dee", "dee!~dee@host.example has joined", event=Event.JOINED),
    Line(3, at(1), "ada", "#info minutes of last week are out"),
    Line(4, at(2), "ada", f"#topic {HOOKS}"),
    Line(5, at(2), "bo", "waves", emote=True),
    Line(6, at(3), "bo", "https://github.com/example/runtime-spec/issues/20"),
    Line(7, at(3), "bo", "dee: I think <hooks> & friends can go, see https://example.org/hooks_(old)."),
    Line(8, at(4), "ada", "#agreed Move #299 out of 1.0"),
    Line(10, at(5), "ada", "#action ada to roll back #412 and tell image-spec#3, Friday in a week"),
    Line(15, at(7), "bo", "#action cy: Mary to look at the hooks"),
    Line(17, at(9), "cy", "two lines\nof one message"),
    Line(22, at(11), "cy", "#idea names could be addresses"),
    Line(23, at(11), "ada", "#undo"),
    Line(25, at(12), "cy", "cy_away", event=Event.RENAMED),
    Line(33, at(17), "اسم", "مرحبا، هذا نص من اليمين"),
    Line(35, at(18), "[redacted]", "[redacted by ada on 2 June 2016: a phone number]"),
    Line(39, at(40), "bo", "see you@example.org", event=Event.LEFT),
    Line(41, at(45), "ada", "#endmeeting"),
)

NEXT = datetime(2016, 6, 15, 16, 0, tzinfo=UTC)


def tracked(number: int, title: str, *, is_pull: bool = False, assignees: tuple[str, ...] = ()) -> Issue:
    return Issue(
        repo=SPEC, number=number, title=title, state=State.OPEN, state_reason="", is_pull=is_pull, milestone=7, author="cy",
        assignees=assignees, labels=(), created_at=at(-60 * 24 * 70), updated_at=at(-60 * 24 * 21), closed_at=None,
        url=issue(number, kind=Thing.PULL if is_pull else Thing.ISSUE).url,
    )  # fmt: skip


def promised(
    line: int, *, due: date | None, owners: tuple[str, ...], state: Open = Open.OPEN, **more: object
) -> Action:
    found = next(each for each in FULL.items if each.line == line)
    return Action(3, "Weekly call, 2016-06-01", found, state, owners, due, found.references, **more)  # type: ignore[arg-type]  # history and archived


ACTIONS = (
    promised(10, due=date(2016, 6, 10), owners=("ada",)),
    promised(12, due=date(2016, 6, 17), owners=("bo", "cy"), history=(Step(at(60), "bo", "due", due=date(2016, 6, 17)),)),
    promised(14, due=None, owners=()),
    promised(15, due=date(2016, 6, 20), owners=("mary@example.org",)),
)  # fmt: skip

AGENDA = Agenda(
    project="runtime-spec",
    topics=((NAMES, "Weekly call, 2016-06-01"), (RELEASE, "Weekly call, 2016-06-01")),
    actions=tuple(zip(ACTIONS, (
        Proposal(issue(480, kind=Thing.PULL).url, "Roll back the namespaces", NEXT, 100, "opened by ada after the meeting, names #412"),
        None, None, None,
    ), strict=True)),
    decisions=(
        SeenDecision(3, "Weekly call, 2016-06-01", FULL.items[3], Sight.NOT_SEEN_YET, "#299 is still in the milestone 1.0.0", in_grace=False),
        SeenDecision(3, "Weekly call, 2016-06-01", FULL.items[16], Sight.OTHER_WAY, "in the milestone on 1 June, not on 8 June", in_grace=True),
    ),
    still=(tracked(20, "What becomes of post-stop hooks?", assignees=("bo",)),),
    waiting=(tracked(449, "write down the use cases", is_pull=True),),
    unknown=("the milestones of example/image-spec: `tallyman sync` has not read them yet",),
)  # fmt: skip

NO_AGENDA = Agenda("runtime-spec", (), (), (), (), ())
