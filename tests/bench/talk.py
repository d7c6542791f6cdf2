"""A long meeting for benchmarks: 1 % actions, 1 % infos, 1 % links, 0.5 % topics, the rest talk; always the same one."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

START = datetime(2026, 6, 3, 10, tzinfo=UTC)
NICKS = 200
SAID = (
    "I have not had new ideas on this", "maybe we can go back to the original, sparser text", "n{other}: any comments on #{k}?",
    "yes", "it is still going to check for conflicts though, right?", "we need some way to know whether the kernel can do it",
    "what are we doing about that after create and start? is there anything else?", "+1", "sounds good to me, thanks",
    "the runtime can detect if a particular namespace is supported, and the rest is left to the caller",
)  # fmt: skip


def talk(count: int) -> Iterator[tuple[datetime, str, str]]:
    """(moment, nick, text) of `count` messages, the first of which starts the meeting and the last of which ends it."""
    chance = random.Random(2016)
    yield START, "n0", "#startmeeting a long one"
    for k in range(1, count - 1):
        draw, nick = chance.random(), f"n{chance.randrange(NICKS)}"
        at = START + timedelta(seconds=k // 10)
        if draw < 0.01:
            yield at, nick, f"#action n{chance.randrange(NICKS)} to reroll #{k}"
        elif draw < 0.02:
            yield at, nick, f"#info thing {k} was settled last Thursday"
        elif draw < 0.03:
            yield at, nick, f"https://github.com/quay/runtime-spec/pull/{k}"
        elif draw < 0.035:
            yield at, "n0", f"#topic the matter of {k}"
        else:
            yield at, nick, chance.choice(SAID).format(k=k, other=chance.randrange(NICKS))
    yield START + timedelta(seconds=count // 10), "n0", "#endmeeting"
