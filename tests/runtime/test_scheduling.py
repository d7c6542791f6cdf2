"""Scheduler, I/O priority, affinity and memory policy, read back from the host; names and values that cannot be."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from runtime.scheduling import numbers
from tests.runtime.conftest import Yard
from tests.runtime.test_lifecycle import soon
from tests.skips import skip_data, skip_host

POLICY_FIELD = 40  # of /proc/PID/stat, counted behind the name in brackets (proc_pid_stat(5))


def stat(pid: int, field: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[field - 3])


@pytest.mark.parametrize(
    ("scheduler", "policy", "nice"),
    [
        pytest.param({"policy": "SCHED_BATCH", "nice": 7}, 3, 7, id="batch"),
        pytest.param({"policy": "SCHED_IDLE"}, 5, 0, id="idle"),
        pytest.param({"policy": "SCHED_OTHER", "nice": 3}, 0, 3, id="other"),
    ],
)
def test_the_scheduler_is_the_config_s(yard: Yard, scheduler: dict[str, Any], policy: int, nice: int) -> None:
    bundle = yard.trial.bundle()
    bundle.process["scheduler"] = scheduler
    pid = yard.trial.running(bundle).pid
    assert (stat(pid, 41), stat(pid, 19)) == (policy, nice)


@pytest.mark.parametrize(
    ("io", "shown"),
    [
        ({"class": "IOPRIO_CLASS_BE", "priority": 6}, 2 << 13 | 6),
        ({"class": "IOPRIO_CLASS_IDLE", "priority": 0}, 3 << 13),
    ],
)
def test_the_io_priority_is_the_config_s(yard: Yard, io: dict[str, Any], shown: int) -> None:
    import ctypes

    if os.uname().machine != "x86_64":
        skip_host("not-x86-64", f"this is {os.uname().machine}: ioprio_get is asked by its number on x86-64")
    bundle = yard.trial.bundle()
    bundle.process["ioPriority"] = io
    pid = yard.trial.running(bundle).pid
    assert ctypes.CDLL(None).syscall(252, 1, pid) == shown  # ioprio_get(IOPRIO_WHO_PROCESS, pid)


def test_the_memory_policy_is_the_config_s(yard: Yard) -> None:
    bundle = yard.trial.bundle()
    bundle.linux["memoryPolicy"] = {"mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_STATIC_NODES"]}
    if not os.path.exists("/proc/self/numa_maps"):
        skip_host("no-numa", "this kernel has no /proc/PID/numa_maps")
    maps = yard.trial.running(bundle).proc("numa_maps")
    assert " bind=static:0 " in maps


def test_an_exec_runs_on_the_cpus_it_asks_for(yard: Yard) -> None:
    container = yard.trial.running(yard.trial.bundle())
    cpu = min(os.sched_getaffinity(0))
    file = yard.root / "process.json"
    file.write_text(
        json.dumps(
            {
                "cwd": "/",
                "args": ["/probe", "stay"],
                "env": ["PATH=/bin"],
                "execCPUAffinity": {"initial": str(cpu), "final": str(cpu)},
            }
        )
    )
    assert yard.call("exec", "-d", "--pid-file", str(yard.root / "pid"), "-p", str(file), container.id).ok
    pid = int((yard.root / "pid").read_text())
    assert soon(lambda: os.sched_getaffinity(pid) == {cpu})


WRONG = [
    ("process.scheduler", {"policy": "SCHED_FAST"}, "process.scheduler.policy 'SCHED_FAST'"),
    ("process.scheduler", {"policy": "SCHED_OTHER", "flags": ["FLAG"]}, "process.scheduler.flags 'FLAG'"),
    ("process.scheduler", {"policy": "SCHED_OTHER", "priority": 5}, "process.scheduler.priority is for SCHED_FIFO"),
    ("process.scheduler", {"policy": "SCHED_OTHER", "runtime": 5}, "process.scheduler.runtime is for SCHED_DEADLINE"),
    ("process.scheduler", {"policy": "SCHED_OTHER", "nice": 20}, "process.scheduler.nice 20"),
    ("process.scheduler", {"policy": "SCHED_FIFO", "priority": 200}, "process.scheduler SCHED_FIFO cannot be applied"),
    ("process.ioPriority", {"class": "FAST", "priority": 4}, "process.ioPriority.class 'FAST'"),
    ("process.ioPriority", {"class": "IOPRIO_CLASS_BE", "priority": 8}, "process.ioPriority.priority 8"),
    ("process.execCPUAffinity", {"initial": "a"}, "process.execCPUAffinity.initial 'a'"),
    ("linux.memoryPolicy", {"mode": "MPOL_FAR"}, "linux.memoryPolicy.mode 'MPOL_FAR'"),
    ("linux.memoryPolicy", {"mode": "MPOL_DEFAULT", "nodes": "0"}, "must be empty for MPOL_DEFAULT"),
    ("linux.memoryPolicy", {"mode": "MPOL_BIND"}, "must name at least one node"),
    ("linux.memoryPolicy", {"mode": "MPOL_BIND", "nodes": "3-1"}, "linux.memoryPolicy.nodes '3-1'"),
    ("linux.memoryPolicy", {"mode": "MPOL_BIND", "nodes": "0", "flags": ["X"]}, "linux.memoryPolicy.flags 'X'"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "said"), WRONG, ids=[row[2] for row in WRONG])
def test_what_cannot_be_is_refused_in_words(yard: Yard, path: str, value: dict[str, Any], said: str) -> None:
    bundle = yard.trial.bundle().args("exit", "0")
    section, _, name = path.partition(".")
    bundle.config[section][name] = value
    answer = yard.trial.run(bundle)
    assert (answer.code, said in answer.err, yard.ids()) == (1, True, []), answer.err


@pytest.mark.parametrize(
    ("text", "found"),
    [("0", [0]), ("0-2,5", [0, 1, 2, 5]), (" 1 - 2 , 4", [1, 2, 4]), ("", None), ("1-", None), ("-1", None), ("2-1", None), ("1,,2", None), ("99999", None)],
)  # fmt: skip
def test_a_list_of_cpus_is_read_strictly(text: str, found: list[int] | None) -> None:
    assert numbers(text) == found


@pytest.mark.parametrize("file", ["features-schema.json", "features-linux.json"])
def test_features_say_only_what_the_specification_names(file: str) -> None:
    from runtime.features import features

    schema = json.loads(skip_data(f"spec/v1.3.0/schema/{file}").read_text())
    document: Any = features()
    known = schema["properties"] if file == "features-schema.json" else schema["linux"]["properties"]
    asked = document if file == "features-schema.json" else document["linux"]
    # the text describes memoryPolicy (features-linux.md#linuxFeaturesMemoryPolicy), its schema forgot it
    assert set(asked) <= {*known, "memoryPolicy"}
