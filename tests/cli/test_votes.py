"""`tallyman tally` and `tallyman vote ...` as they are typed: the contract's shape, exit codes, and what stays hidden."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from tests.skips import skip_tool

ROSTER = "".join(f"Maintainer {n} <m{n}@example.org> (@m{n})\n" for n in range(1, 10))
KEYS = [
    "roster", "lgtm", "reject", "abstain", "silent", "quorum_needed", "quorum_met", "adopted", "outcome", "early", "reasons",
    "votes", "tally_line",
]  # fmt: skip
TALLY = "[runtime-spec adopted]: Tag 0647920 as 1.3.0 (+6 -0 #3)"
AT = ("--at", "2025-11-10T12:00:00Z")


@pytest.fixture
def ballots(command: Command, tmp_path: Path) -> Any:
    """Writes a motion with one post for each letter (L, R, A), and the roster of nine; gives the command's first words."""
    (tmp_path / "MAINTAINERS").write_text(ROSTER)

    def written(letters: str, **more: Any) -> list[str]:
        words = {"L": "LGTM", "R": "REJECT #7", "A": "ABSTAIN"}
        posts = [
            {
                "by": f"@M{n}",
                "at": f"2025-11-03T13:0{n}:00Z",
                "text": words[letter],
                "url": f"https://x.example/{n}",
            }
            for n, letter in enumerate(letters, 1)
        ]
        motion = {
            "project": "runtime-spec", "motion": "Tag 0647920 as 1.3.0", "kind": "spec", "opened_at": "2025-11-03T12:00:00Z",
            "closes_at": "2025-11-10T12:00:00Z", "posts": posts, **more,
        }  # fmt: skip
        (tmp_path / "b.json").write_text(json.dumps(motion))
        return ["b.json", "--roster", "MAINTAINERS"]

    return written


def test_the_document_is_the_contract_s(command: Command, ballots: Any) -> None:
    said = command("tally", *ballots("LLLLLL"), *AT, "--json")
    document = json.loads(said.out)
    assert (said.code, list(document)) == (0, KEYS)
    assert {key: document[key] for key in KEYS[:10]} == {
        "roster": 9, "lgtm": 6, "reject": 0, "abstain": 0, "silent": 3, "quorum_needed": 6, "quorum_met": True, "adopted": True,
        "outcome": "adopted", "early": False,
    }  # fmt: skip
    assert document["tally_line"] == TALLY
    assert document["votes"][0] == {
        "by": "m1", "vote": "LGTM", "at": "2025-11-03T13:01:00Z", "url": "https://x.example/1", "on_commit": None, "history": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("letters", "at", "code", "outcome"),
    [
        pytest.param("LLLLLL", "2025-11-10T12:00:00Z", 0, "adopted", id="adopted"),
        pytest.param("LLLLL", "2025-11-10T12:00:00Z", 1, "not-adopted", id="not adopted"),
        pytest.param("LLLLLL", "2025-11-10T11:59:59Z", 1, "open", id="still open"),
    ],
)
def test_only_an_adopted_motion_exits_with_0(command: Command, ballots: Any, letters: str, at: str, code: int, outcome: str) -> None:  # fmt: skip
    said = command("tally", *ballots(letters), "--at", at, "--json")
    assert (said.code, json.loads(said.out)["outcome"]) == (code, outcome)


def test_without_a_time_it_is_counted_as_of_now(command: Command, ballots: Any) -> None:
    assert command("tally", *ballots("LLLLLL")).code == 0
    assert command("tally", *ballots("LLLLLL", closes_at="2999-01-01T00:00:00Z")).code == 1


def test_before_any_rule_it_is_unknown(command: Command, ballots: Any) -> None:
    posts = [{"by": f"m{n}", "at": "2016-06-01T00:00:00Z", "text": "LGTM"} for n in range(1, 7)]
    given = ballots("", posts=posts, opened_at="2016-05-27T20:00:00Z", closes_at="2016-06-03T20:00:00Z")
    said = command("tally", *given, "--json")
    document = json.loads(said.out)
    assert (said.code, document["outcome"], document["quorum_needed"]) == (1, "unknown", None)
    assert (document["lgtm"], document["silent"], len(document["votes"])) == (6, 3, 6), (
        "what was posted is a fact"
    )
    assert document["reasons"] == ["no rule of OCI specification was in force on 2016-05-27; the first came on 2016-07-25"]  # fmt: skip


def test_for_people_it_shows_the_arithmetic_and_where_the_clauses_stand(
    command: Command, ballots: Any
) -> None:
    said = command("tally", *ballots("LLLLLL"), *AT)
    assert "adopted: 6 for, 0 against, 0 abstained, 3 of 9 did not vote" in said.out
    assert "3 × 6 = 18 ≥ 2 × 9 = 18" in said.out
    assert "/blob/92249139eea7161e13745abd4cb6d0ea02a3227a/GOVERNANCE.md#quorum" in said.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param("none.json --roster MAINTAINERS", "none.json cannot be read", id="no ballots"),
        pytest.param("MAINTAINERS --roster MAINTAINERS", "MAINTAINERS is no JSON", id="no JSON"),
        pytest.param("b.json --roster b.json", "b.json names nobody", id="no roster"),
        pytest.param("b.json --roster none", "none cannot be read", id="a roster that is not there"),
        pytest.param("b.json --roster MAINTAINERS --rules oki", "known are apache, cncf, oci, oci-project, plain", id="no rules"),
        pytest.param("b.json --roster MAINTAINERS --rules ../oci", "there is no rule set ../oci", id="a path for rules"),
        pytest.param("b.json --roster MAINTAINERS --rules none.toml", "none.toml cannot be read", id="no file of rules"),
        pytest.param("b.json --roster MAINTAINERS --at soon", "--at soon is no time", id="no time"),
        pytest.param("b.json --roster MAINTAINERS --early haste", "an early closing needs a person and a reason", id="nobody's haste"),
        pytest.param("b.json --roster MAINTAINERS --early haste --by guest", "only a maintainer closes a vote early", id="a guest's haste"),
        pytest.param("b.json --roster MAINTAINERS --repository .", ". is no git checkout", id="no checkout"),
    ],
)  # fmt: skip
def test_a_wrong_request_says_what_to_do(command: Command, ballots: Any, words: str, message: str) -> None:
    ballots("LLLLLL")
    said = command("tally", *words.split())
    assert (said.code, said.out) == (2, "")
    assert message in said.err


def test_a_person_adopts_it_early_with_a_reason(command: Command, ballots: Any) -> None:
    given = (*ballots("LLLLLL"), "--at", "2025-11-04T12:00:00Z", "--json")
    alone = json.loads(command("tally", *given).out)
    assert (alone["outcome"], alone["early"]) == ("open", True)
    said = command("tally", *given, "--early", "a security fix", "--by", "m1")
    assert (said.code, json.loads(said.out)["outcome"]) == (0, "adopted")
    assert "adopted early by m1: a security fix (V9, GOVERNANCE.md#voting)" in json.loads(said.out)["reasons"]


def test_a_person_s_tally_is_checked(command: Command, ballots: Any) -> None:
    given = ballots("LLLLLL")
    assert command("tally", *given, *AT, "--check", TALLY).code == 0
    said = command("tally", *given, *AT, "--check", TALLY.replace("+6", "+5"))
    assert (said.code, said.out) == (1, "it has 5 in favour, the count 6\n")
    document = json.loads(command("tally", *given, *AT, "--check", TALLY, "--json").out)
    assert (document["agrees"], document["differences"], list(document["tally"])) == (True, [], KEYS)


@pytest.mark.parametrize("secret", [{"about": "security"}, {"embargo": True}], ids=["security", "embargo"])
def test_a_motion_under_embargo_shows_nothing(command: Command, ballots: Any, secret: dict[str, Any]) -> None:
    given = ballots("LLLLLL", **secret)
    said = command("tally", *given, *AT, "--json")
    document = json.loads(said.out)
    assert (said.code, list(document), document["votes"], document["tally_line"]) == (1, KEYS, [], "")
    assert [document[key] for key in KEYS[:6]] == [None] * 6
    told = said.out + said.err + (plain := command("tally", *given, *AT)).out + plain.err
    told += command("tally", *given, *AT, "--check", TALLY).out
    for word in ("m1", "0647920", "2025", "adopted early", "6 for"):
        assert word not in told
    for words in ("opening", "reminder"):
        refused = command("vote", words, *given)
        assert (refused.code, refused.out) == (2, "")
        assert "0647920" not in refused.err
    assert json.loads(command("tally", *given, *AT, "--json", "--embargoed").out)["lgtm"] == 6


def test_an_embargo_that_a_person_lifted_hides_nothing(command: Command, ballots: Any) -> None:
    assert command("tally", *ballots("LLLLLL", about="security", embargo=False), *AT).code == 0


def test_the_governance_takes_the_rosters_of_all_projects(
    command: Command, ballots: Any, tmp_path: Path
) -> None:
    given = ballots("LLLLLL", about="governance")
    assert json.loads(command("tally", *given, *AT, "--json").out)["outcome"] == "unknown"
    (tmp_path / "OTHER").write_text("One <m1@example.org> (@m1)\n")
    assert command("tally", *given, "--roster", "OTHER", *AT).code == 0


def test_a_project_s_own_rules_are_used_and_their_reason_shown(
    command: Command, ballots: Any, tmp_path: Path
) -> None:
    own = 'extends = "oci"\n[[override]]\nid = "V5"\nwhy = "half of us are away"\n[override.parameters]\nnumerator = 1\ndenominator = 2\n'  # fmt: skip
    (tmp_path / "ours.toml").write_text(own)
    said = command("tally", *ballots("LLLLL"), *AT, "--rules", "ours.toml")
    assert said.code == 0
    assert "overridden: half of us are away" in " ".join(said.out.split())


def test_what_people_wrote_does_not_steer_the_terminal(command: Command, ballots: Any) -> None:
    given = ballots("LLLLLL", motion="Tag\x1b[2J\n\nit\u202e", early={"by": "m1", "why": "\x9b31m"})
    said = command("tally", *given, *AT)
    assert said.code == 0
    assert not {"\x1b", "\x9b", "\u202e"} & set(said.out)
    document = json.loads(command("tally", *given, *AT, "--json").out)
    assert document["tally_line"] == "[runtime-spec adopted]: Tag [2J it (+6 -0 #3)"


def test_half_a_letter_in_a_post_breaks_nothing(command: Command, ballots: Any, tmp_path: Path) -> None:
    given = ballots("LLLLLL")
    text = (tmp_path / "b.json").read_text().replace('"LGTM"', '"LGTM \\ud800"', 1)
    (tmp_path / "b.json").write_text(text)
    assert command("tally", *given, *AT, "--json").code == 0


def test_the_opening_says_its_facts_and_only_those(command: Command, ballots: Any) -> None:
    given = ballots("", commit="06479209bdc0")
    said = command("vote", "opening", *given, "--pulls", "1", "--since", "v1.2.1")
    assert said.out.startswith(
        "Subject: [runtime-spec VOTE]: Tag 0647920 as 1.3.0 (closes Mon 2025-11-10 12:00 UTC)\n\nHello everybody,\n"
    )
    assert "1 pull request has been merged since v1.2.1." in said.out
    assert "the votes of 6 of 9 maintainers (V5, GOVERNANCE.md#quorum)" in said.out
    assert "merged since" not in command("vote", "opening", *given).out, (
        "a number that nobody gave is not said"
    )
    assert list(json.loads(command("vote", "opening", *given, "--json").out)) == ["subject", "body"]


def test_a_reminder_goes_to_those_still_to_vote_and_pings_nobody(command: Command, ballots: Any) -> None:
    running = ("--at", "2025-11-05T00:00:00Z")
    said = command("vote", "reminder", *ballots("LLRA"), *running)
    assert "Hello m5, m6, m7, m8 and m9,\n" in said.out
    assert "@" not in said.out
    everybody = command("vote", "reminder", *ballots("L" * 9), *running, "--json")
    assert (everybody.code, json.loads(everybody.out)) == (0, None)
    late = command("vote", "reminder", *ballots("L"), *AT)
    assert (late.code, "this vote is not running" in late.err) == (2, True)


def test_addresses_are_in_no_answer(command: Command, ballots: Any) -> None:
    posts = [{"by": f"Somebody <{who}@example.org>", "at": "2025-11-03T13:00:00Z", "text": "LGTM"} for who in ("m1", "guest")]  # fmt: skip
    said = command("tally", *ballots("", posts=posts), *AT, "--json")
    assert json.loads(said.out)["lgtm"] == 1
    assert "example.org" not in said.out.replace("https://github.com", "")


def test_a_nick_that_is_recorded_here_is_joined(command: Command, ballots: Any) -> None:
    assert command("people", "roster", "MAINTAINERS" if ballots("") else "").code == 0
    assert command("people", "link", "m1", "skipper", "--by", "m1").code == 0
    posts = [{"by": "Skipper", "at": "2025-11-03T13:00:00Z", "text": "LGTM"}]
    given = ballots("", posts=posts)
    assert json.loads(command("tally", *given, *AT, "--json").out)["lgtm"] == 0
    assert json.loads(command("tally", *given, *AT, "--json", "--people").out)["lgtm"] == 1


def test_a_mailing_list_is_read_and_each_of_its_votes_counted(
    command: Command, ballots: Any, tmp_path: Path
) -> None:
    ballots("")
    subject = "[runtime-spec VOTE]: Tag 0647920 as 1.3.0 (closes 2025-11-10 12:00 UTC)"
    heads = "From {who}@example.org Mon Nov  3 13:00:00 2025\nFrom: {who} <{who}@example.org>\nTo: {to}\nDate: Mon, 3 Nov 2025 13:0{n}:00 +0000\nMessage-ID: <{n}{to}>\nIn-Reply-To: <{parent}{to}>\nSubject: {subject}\n\n{text}\n\n"  # fmt: skip
    mails = [
        heads.format(who="m1", n=0, parent="", subject=subject, text="LGTM or REJECT?", to="dev@example.org")
    ]
    mails += [heads.format(who=f"m{n}", n=n, parent="0", subject=f"Re: {subject}", text="LGTM", to="dev@example.org") for n in range(1, 7)]  # fmt: skip
    mails += [
        heads.format(
            who="guest", n=7, parent="0", subject=f"Re: {subject}", text="LGTM", to="dev@example.org"
        )
    ]
    mails += [heads.format(who="m1", n=8, parent="", subject="[runtime-spec VOTE]: mend the hole (closes 2025-11-10)", text="", to="security@example.org")]  # fmt: skip
    (tmp_path / "list.mbox").write_text("".join(mails))
    said = command("vote", "mailbox", "list.mbox", "--roster", "MAINTAINERS", "--out", "votes")
    assert said.code == 0
    assert "Tag 0647920 as 1.3.0  Mon 2025-11-03 13:00 UTC  Mon 2025-11-10 12:00 UTC  8" in said.out
    (written,) = (tmp_path / "votes").iterdir()
    as_json = command("vote", "mailbox", "list.mbox", "--roster", "MAINTAINERS", "--json").out
    assert json.loads(as_json) == [json.loads(written.read_text())]
    for text in (said.out + said.err, as_json, written.read_text()):
        assert "example.org" not in text, "addresses stay in the mailbox"
        assert "hole" not in text, "nothing shows that there is a private vote"
    counted = json.loads(command("tally", written, "--roster", "MAINTAINERS", *AT, "--json").out)
    assert (counted["outcome"], counted["lgtm"], counted["tally_line"]) == ("adopted", 6, TALLY)
    assert json.loads(command("vote", "mailbox", "list.mbox", "--roster", "MAINTAINERS", "--project", "runc", "--json").out) == []  # fmt: skip


def test_the_roster_is_the_one_of_the_opening_when_asked_for(
    command: Command, ballots: Any, tmp_path: Path
) -> None:
    skip_tool("git")
    given = ballots("LLLLL")
    for day, roster in (("2025-01-01", ROSTER[: ROSTER.index("Maintainer 8")]), ("2025-11-05", ROSTER)):
        (tmp_path / "MAINTAINERS").write_text(roster)
        who = {f"GIT_{role}_{what}": f"{day}T00:00:00Z" if what == "DATE" else "ada" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL", "DATE")}  # fmt: skip
        for words in (["init", "-q"], ["add", "MAINTAINERS"], ["commit", "-qm", "roster"]):
            subprocess.run(["git", "-C", tmp_path, *words], check=True, env={**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull})  # fmt: skip
    now, then = (
        json.loads(command("tally", *given, *more, *AT, "--json").out) for more in ([], ["--as-of-opening"])
    )
    assert (now["roster"], now["outcome"]) == (9, "not-adopted")
    assert (then["roster"], then["outcome"]) == (7, "adopted")
    assert "the roster is MAINTAINERS as it was at the opening, at commit" in then["reasons"][-1]
