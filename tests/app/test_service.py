"""`tallyman serve` as a process: it says where it is, answers, and ends in good order when it is told to."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.world import BINARIES, World, environment


@contextmanager
def started(world: World, folder: Path, *words: str | Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A process that serves, and its address."""
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=folder, env=environment(folder, {"TALLYMAN_CONFIG": str(world.settings())}),
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
        assert "The tracker has not been read yet." in visitor.get("/").text
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


def children(pid: int) -> list[int]:
    """The processes that a process started, by the kernel's own list."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for each in lists for child in each.read_text().split()]


@pytest.mark.parametrize("errand", ["sync", "conformance"])
def test_an_errand_under_way_does_not_hold_up_the_end_and_leaves_nothing_running(
    world: World, tmp_path: Path, errand: str
) -> None:
    if errand == "sync":  # GitHub takes its time
        httpx.post(f"{world.url}/_fail", params={"kind": "slow", "seconds": 60, "path": "/repos"})
    runners: list[int] = []
    with started(world, tmp_path, sys.executable, "-c", BUSY, "busy", errand) as (process, _):
        patience = time.monotonic() + 30
        while errand == "conformance" and not (runners := children(process.pid)):
            assert time.monotonic() < patience, "the conformance run did not begin"
            time.sleep(0.05)
        time.sleep(0.5)  # into the waiting, or into the first containers
        began = time.monotonic()
        process.terminate()
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert time.monotonic() - began < 20
    assert len(runners) == (errand == "conformance")
    patience = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in runners):  # it takes its containers away first
        assert time.monotonic() < patience, "the conformance run goes on"
        time.sleep(0.05)
