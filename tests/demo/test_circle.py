"""The whole circle as a stranger sees it: run twice on one state, with the kernel's no and with its yes, then served."""

import json
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx
import pytest

from bot.demo.community import BOT
from bot.demo.github import FILE, Store
from tests.conftest import no_user_namespace
from tests.demo.starting import STRANGE, demo, strange_folder
from tests.skips import skip_host
from tests.world import Said, tallyman, without_containers

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")


@dataclass(frozen=True, slots=True)
class Ran:
    """One demo: what it printed, and its document."""

    said: Said
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """The second demo while it serves: the pages, another demo that was started beside it, and its end."""

    ran: Ran
    pages: list[httpx.Response]
    beside: Said


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return strange_folder(tmp_path_factory.mktemp("circle"))


@pytest.fixture(scope="module")
def interrupted(folder: Path) -> tuple[Said, int] | None:
    """A first start that ends by Ctrl-C amid its containers, and the number of its conformance run; None without any."""
    return None if makes_no_containers() else end_amid_the_containers(folder, signal.SIGINT)


@pytest.fixture(scope="module")
def first(folder: Path, interrupted: object) -> Ran:
    """The demo of a user to whom the kernel gives no containers: everything but those."""
    words = ("demo", "--once", "--state", "state", "--json", "first.json")
    said = tallyman(*words, folder=folder, environ=STRANGE, before=without_containers())
    return Ran(said, json.loads((folder / "first.json").read_text()))


@pytest.fixture(scope="module")
def second(folder: Path, first: Ran) -> Shown:
    """The same state once more, with containers, served until Ctrl-C."""
    if makes_no_containers():
        skip_host("no-user-namespace", "unshare(CLONE_NEWUSER) is refused: this user makes no containers")
    with demo(folder, "--state", "state", "--json", "second.json") as process:
        printed = list(lines_until(process.stdout, "dashboard: "))
        url = ADDRESS.search(printed[-1])
        assert url is not None, process.communicate()[1]
        facts = json.loads((folder / "second.json").read_text())
        paths = ("/", "/projects/runtime-spec/milestones/2", "/healthz")
        addresses = [*(f"{url[0]}{path}" for path in paths), *(post["url"] for post in facts["posted"])]
        pages = [httpx.get(address, trust_env=False) for address in addresses]
        beside = tallyman("demo", "--once", "--state", "state", folder=folder)
        process.send_signal(signal.SIGINT)
        rest, err = process.communicate(timeout=60)
        said = Said(process.returncode, "".join(printed) + rest, err)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(url[1]))) != 0, "the dashboard still answers"
    return Shown(Ran(said, facts), pages, beside)


def makes_no_containers() -> bool:
    return os.geteuid() != 0 and no_user_namespace()


def lines_until(stream: IO[str] | None, beginning: str) -> Iterator[str]:
    """Lines as they are printed, up to the one with that beginning."""
    for line in stream or ():
        yield line
        if line.startswith(beginning):
            return


def end_amid_the_containers(folder: Path, how: signal.Signals) -> tuple[Said, int]:
    with demo(folder, "--once", "--state", "state") as process:
        *_, last = lines_until(process.stderr, "conformance: running")
        assert last.startswith("conformance: running"), last
        runner = runner_of(process.pid)
        time.sleep(0.7)  # into its first containers
        process.send_signal(how)
        out, err = process.communicate(timeout=60)
    return Said(process.returncode, out, err), runner


def runner_of(pid: int) -> int:
    """The process of the conformance run, once it is there."""
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        for each in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in each.read_text().split():
                return int(child)
        time.sleep(0.05)
    raise AssertionError("the conformance run did not begin")


def remains(runner: int) -> list[str]:
    """What a conformance run left: its mounts, cgroups and processes bear its number."""
    mark = f"case-{runner}-"
    found = [line for line in Path("/proc/self/mounts").read_text().splitlines() if mark in line]
    found += [str(path) for path in Path("/sys/fs/cgroup").glob(f"**/{mark}*")]
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [str(process)] if mark in process.read_text() else []
        except OSError:  # it has just gone
            continue
    return found + [str(path) for path in [Path(f"/proc/{runner}")] if path.exists()]


def test_ctrl_c_amid_the_containers_takes_them_away(interrupted: tuple[Said, int] | None) -> None:
    if interrupted is None:
        skip_host("no-user-namespace", "unshare(CLONE_NEWUSER) is refused: this user makes no containers")
    said, runner = interrupted
    assert said.code == 130, said.err
    assert "Traceback" not in said.err
    assert remains(runner) == []


def test_sigterm_amid_the_containers_takes_them_away_as_well(tmp_path: Path) -> None:
    if makes_no_containers():
        skip_host("no-user-namespace", "unshare(CLONE_NEWUSER) is refused: this user makes no containers")
    said, runner = end_amid_the_containers(strange_folder(tmp_path), signal.SIGTERM)
    assert said.code == 130, said.err
    assert "Traceback" not in said.err
    assert remains(runner) == []


def test_without_a_container_the_demo_says_why_and_exits_1(first: Ran) -> None:
    assert first.said.code == 1
    last = first.said.err.splitlines()[-1]
    assert last.startswith("tallyman: no case made a container: no containers here: ")
    assert "Traceback" not in first.said.err
    assert "dashboard" not in first.said.out
    tested = first.facts["conformance"]
    assert [tested[tag]["containers_created"] for tag in ("v1.0.2", "v1.3.0")] == [0, 0]
    assert [tested[tag]["passed"] for tag in ("v1.0.2", "v1.3.0")] == [0, 0]


def test_without_a_container_conformance_is_unknown_and_the_rest_is_done(first: Ran) -> None:
    outcomes = {verdict["rule"]: verdict["outcome"] for verdict in first.facts["verdict"]["verdicts"]}
    assert outcomes["CONFORMANCE"] == "UNKNOWN"
    assert set(outcomes.values()) >= {"PASSED", "FAILED", "UNKNOWN"}
    assert first.facts["meeting"]["recorded"] == 3
    assert first.facts["sync"]["runtime-spec"]["issues"] == 5


def test_the_first_run_makes_two_comments_and_the_second_edits_them(
    first: Ran, second: Shown, folder: Path
) -> None:
    assert [post["action"] for post in first.facts["posted"]] == ["created", "created"]
    assert [post["action"] for post in second.ran.facts["posted"]] == ["edited", "edited"]
    ids = [[post["comment_id"] for post in ran.facts["posted"]] for ran in (first, second.ran)]
    assert ids[0] == ids[1]
    with closing(Store(folder / "state" / FILE)) as store:
        ours = [c for c in store.all("comment", "quayside/runtime-spec") if c["user"] == BOT]
    assert [comment["issue"] for comment in ours] == [42, 43]
    assert sorted(comment["id"] for comment in ours) == sorted(ids[1])


def test_the_document_has_the_shape_that_programs_rely_on(second: Shown) -> None:
    facts = second.ran.facts
    assert list(facts) == ["meeting", "sync", "conformance", "verdict", "posted"]
    assert set(facts["sync"]) == {"runtime-spec", "image-spec"}
    assert all(count > 0 for count in facts["meeting"]["items"].values())
    assert facts["meeting"]["new"] == 0  # they were recorded by the first run
    assert facts["meeting"]["last"]["meeting"]["chairs"] == ["ada", "bo", "cyd"]
    assert set(facts["conformance"]) == {"v1.0.2", "v1.3.0"}
    for tested in facts["conformance"].values():
        assert tested["runtime"] == "refrun"
        assert tested["containers_created"] > 40
        assert tested["passed"] > 40
        assert (tested["failed"], tested["error"]) == (0, 0)
    verdict = facts["verdict"]
    assert (verdict["project"], verdict["release"], verdict["ready"]) == ("runtime-spec", "v1.3.0", False)
    assert len(verdict["verdicts"]) >= 5
    assert [set(post) for post in facts["posted"]] == [{"url", "comment_id", "action"}] * 2
    assert ["/issues/42#" in facts["posted"][0]["url"], "/pull/43#" in facts["posted"][1]["url"]] == [
        True,
        True,
    ]


def test_the_addresses_are_printed_and_the_report_stands_between_them(first: Ran, second: Shown) -> None:
    lines = second.ran.said.out.splitlines()
    assert re.fullmatch(r"github: http://127\.0\.0\.1:\d+", lines[0])
    assert re.fullmatch(r"dashboard: http://127\.0\.0\.1:\d+", lines[-1])
    assert "## Is v1.3.0 ready?" in lines
    assert [line.partition(": ")[2] for line in lines if line.startswith("edited: ")] == [
        post["url"] for post in second.ran.facts["posted"]
    ]
    assert lines[0] == first.said.out.splitlines()[0], "the local GitHub kept its port"
    assert "conformance: running v1.0.2 and v1.3.0 on refrun" in second.ran.said.err


def test_the_dashboard_and_the_comments_can_be_looked_at(second: Shown) -> None:
    assert {page.status_code for page in second.pages} == {200}
    home, milestone, alive, issue, pull = second.pages
    assert "image-spec" in home.text
    assert "not ready" in milestone.text
    assert re.search(r"refrun: (\d+) of \1 cases pass", milestone.text)
    assert alive.json() == {"status": "ok"}
    for page in (issue, pull):
        assert page.text.count("Is v1.3.0 ready?") == 1


def test_a_second_demo_on_the_same_folder_is_refused(second: Shown) -> None:
    assert (second.beside.code, second.beside.out) == (2, "")
    assert "another demo is running on" in second.beside.err
    assert "choose another folder with --state" in second.beside.err


def test_ctrl_c_ends_the_dashboard_well(second: Shown) -> None:
    assert second.ran.said.code == 0, second.ran.said.err
    assert "Traceback" not in second.ran.said.err
