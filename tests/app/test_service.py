"""`tallyman serve` as a process: it says where it is, answers, and ends in good order when it is told to."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.world import BINARIES, World, environment


@contextmanager
def started(
    world: World, folder: Path, *words: str | Path, runtime: str = "refrun"
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A process that serves, and its address."""
    config = world.settings(runtime=runtime)
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=folder, env=environment(folder, {"TALLYMAN_CONFIG": str(config)}),
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("dashboard: http://127.0.0.1:"), line
        yield process, line.split()[1]
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda each: each.name)
def test_it_serves_until_it_is_told_to_end_and_ends_well(
    world: World, tmp_path: Path, how: signal.Signals
) -> None:
    with (
        started(world, tmp_path, BINARIES / "tallyman", "serve", "--port", "0") as (process, url),
        httpx.Client(base_url=url, trust_env=False) as visitor,  # a connection is open when the end comes
    ):
        assert visitor.get("/healthz").json() == {"status": "ok"}
        assert (
            "<h1>Milestones</h1>" in visitor.get("/").text
        )  # whether the tracker was read by now is the clock's to say
        began = time.monotonic()
        os.kill(process.pid, how)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, ""), err
    assert "Traceback" not in err
    assert time.monotonic() - began < 15
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", int(url.rsplit(":", 1)[1])))


# `tallyman busy ERRAND`: the service, with one errand of its schedule under way from the start.
BUSY = """\
import sys
from bot import app, settings
from bot.cli import main

@main.app.command("busy")
def busy(name: str) -> None:
    app.set_up_logs(json=True)
    desk = app.open_desk(settings.load(), app.tell)
    if name == "conformance":
        app.sync_one(desk, desk.settings.project[0])
    errands = app.scheduler(desk)
    errands.start()
    errands.modify_job(f"{name}:runtime-spec", next_run_time=app.now())
    app.serve(desk, "127.0.0.1", 0, lambda url: print(f"dashboard: {url}", flush=True))

main.main()
"""


# A runtime that does not answer.
SLEEPER = """\
#!/bin/sh
case "$*" in *--version*) echo "sleeper version 1" ;; *) exec sleep 600 ;; esac
"""


def children(pid: int) -> list[int]:
    """The processes that a process started, by the kernel's own list."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for each in lists for child in each.read_text().split()]


def until(is_so: Callable[[], object], seconds: float) -> None:
    patience = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < patience, "it did not happen in time"
        time.sleep(0.05)


def test_an_errand_that_waits_for_github_does_not_hold_up_the_end(world: World, tmp_path: Path) -> None:
    httpx.post(f"{world.url}/_fail", params={"kind": "slow", "seconds": 60, "path": "/repos"})
    with started(world, tmp_path, sys.executable, "-c", BUSY, "busy", "sync") as (process, _):
        time.sleep(0.5)  # into the waiting
        process.terminate()
        _, err = process.communicate(timeout=20)
    assert process.returncode == 0, err


def test_the_end_takes_a_conformance_run_along(world: World, tmp_path: Path) -> None:
    """The runner is told at once: its case would wait for its runtime far longer than this test does."""
    runtime = tmp_path / "sleeper"
    runtime.write_text(SLEEPER)
    runtime.chmod(0o755)
    words = (sys.executable, "-c", BUSY, "busy", "conformance")
    with started(world, tmp_path, *words, runtime=str(runtime)) as (process, _):
        until(lambda: children(process.pid), 30)
        (runner,) = children(process.pid)
        until(lambda: children(runner), 30)
        asleep = children(runner)
        process.terminate()
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in (runner, *asleep)), 4)
