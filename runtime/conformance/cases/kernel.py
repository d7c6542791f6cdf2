"""What a process is given by the kernel alone: scheduling, priorities, memory, personality, clocks (config.md, config-linux.md)."""

import ctypes
import os
from pathlib import Path

from runtime.conformance.declare import Skipped, case
from runtime.conformance.trial import Container, Trial

LINUX_PROCESS = "config.md#linux-process"
IOPRIO_GET = {"x86_64": 252, "aarch64": 31}  # the number of ioprio_get(2)
BEST_EFFORT = 2  # include/uapi/linux/ioprio.h


@case(LINUX_PROCESS, since="v1.1.0-rc.3")
def the_scheduler_is_the_config_s(t: Trial) -> None:
    """process.scheduler (since v1.1): policy and nice are the program's."""
    bundle = t.bundle()
    bundle.process["scheduler"] = {"policy": "SCHED_BATCH", "nice": 7}
    container = t.running(bundle)
    t.equal("policy", os.sched_getscheduler(container.pid), os.SCHED_BATCH)
    t.equal("nice", os.getpriority(os.PRIO_PROCESS, container.pid), 7)


@case(LINUX_PROCESS, since="v1.1.0-rc.3")
def scheduler_flags_are_the_config_s(t: Trial) -> None:
    """process.scheduler.flags (since v1.1): SCHED_FLAG_RESET_ON_FORK is the program's, with its policy."""
    bundle = t.bundle()
    bundle.process["scheduler"] = {"policy": "SCHED_IDLE", "flags": ["SCHED_FLAG_RESET_ON_FORK"]}
    container = t.running(bundle)
    policy = os.sched_getscheduler(container.pid)
    t.equal("policy and flag", policy, os.SCHED_IDLE | os.SCHED_RESET_ON_FORK)


@case(LINUX_PROCESS, since="v1.1.0-rc.3")
def the_io_priority_is_the_config_s(t: Trial) -> None:
    """process.ioPriority (since v1.1): class and level are the program's."""
    number = IOPRIO_GET.get(os.uname().machine)
    if number is None:
        raise Skipped(f"the number of ioprio_get on {os.uname().machine} is not known here")
    bundle = t.bundle()
    bundle.process["ioPriority"] = {"class": "IOPRIO_CLASS_BE", "priority": 6}
    container = t.running(bundle)
    seen = ctypes.CDLL(None, use_errno=True).syscall(number, 1, container.pid)
    t.equal("class and level", (seen >> 13, seen & 7), (BEST_EFFORT, 6))


def _cpus(status: str) -> str:
    return next(line.split()[1] for line in status.splitlines() if line.startswith("Cpus_allowed_list"))


@case(LINUX_PROCESS, since="v1.2.1", needs=("two-cpus",))
def exec_cpu_affinity_is_for_exec_alone(t: Trial) -> None:
    """process.execCPUAffinity.final (since v1.2.1): where a process of exec runs, and not the container's first one."""
    last = str(max(os.sched_getaffinity(0)))
    bundle = t.bundle()
    bundle.process["execCPUAffinity"] = {"final": last}
    container = t.running(bundle)
    t.check(_cpus(container.proc("status")) != last, "the container's first process was pinned too")
    answer = t.runtime.call("exec", container.id, "/probe", "cat", "/proc/self/status")
    t.accepted(answer, "exec")
    t.equal("CPUs of the process of exec", _cpus(answer.out), last)


@case(LINUX_PROCESS, level="SHOULD", since="v1.2.1", needs=("two-cpus",))
def an_empty_final_affinity_is_the_kernel_s(t: Trial) -> None:
    """Without execCPUAffinity.final the runtime SHOULD NOT change the affinity that a process of exec has in its group."""
    bundle = t.bundle()
    bundle.process["execCPUAffinity"] = {"final": ""}
    container = t.running(bundle)
    answer = t.runtime.call("exec", container.id, "/probe", "cat", "/proc/self/status")
    t.accepted(answer, "exec")
    t.equal("CPUs of the process of exec", _cpus(answer.out), _cpus(container.proc("status")))


@case(LINUX_PROCESS, since="v1.0.0-rc6")
def an_unset_oom_score_is_left_alone(t: Trial) -> None:
    """If oomScoreAdj is not set, the runtime MUST NOT change the value."""
    ours = Path("/proc/self/oom_score_adj").read_text().strip()
    t.equal("oom_score_adj", t.report(t.bundle())["oom_score_adj"], ours)


@case("config-linux.md#personality", since="v1.0.2", needs=("root",))
def the_personality_is_the_config_s(t: Trial) -> None:
    """linux.personality.domain LINUX32 (since v1.0.2) is the program's execution domain."""
    bundle = t.bundle()
    bundle.linux["personality"] = {"domain": "LINUX32"}
    t.equal("personality", int(t.running(bundle).proc("personality"), 16) & 0xFF, 8)


@case("config-linux.md#memory-policy", since="v1.3.0", needs=("memory-policy",))
def the_memory_policy_is_the_config_s(t: Trial) -> None:
    """linux.memoryPolicy (since v1.3.0): mode and nodes are those of the program's memory."""
    bundle = t.bundle()
    bundle.linux["memoryPolicy"] = {"mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_STATIC_NODES"]}
    policies = {line.split()[1] for line in t.running(bundle).proc("numa_maps").splitlines()}
    t.check("bind=static:0" in policies, f"bind=static:0 is not among {sorted(policies)}")


@case("config-linux.md#memory-policy", since="v1.3.0")
def a_memory_policy_that_there_is_not_is_an_error(t: Trial) -> None:
    """A mode that no kernel has, or nodes that the mode does not take, MUST be an error."""
    for policy in ({"mode": "MPOL_PLANET", "nodes": "0"}, {"mode": "MPOL_BIND", "nodes": "4000"}):
        bundle = t.bundle()
        bundle.linux["memoryPolicy"] = policy
        t.refused(t.run(bundle), f"the memory policy {policy}")


@case(
    "config-linux.md#offset-for-time-namespace config-linux.md#namespaces",
    since="v1.1.0-rc.2",
    needs=("time-namespace", "root"),
)
def time_offsets_are_the_config_s(t: Trial) -> None:
    """linux.timeOffsets (since v1.1): the clocks of a new time namespace are ahead by them, and the host's are not."""
    bundle = t.bundle()
    bundle.linux["namespaces"].append({"type": "time"})
    bundle.linux["timeOffsets"] = {"boottime": {"secs": 1000000}, "monotonic": {"secs": 500, "nanosecs": 7}}
    container = t.running(bundle)
    t.equal(
        "the kernel's offsets", _offsets(container), {"boottime": ["1000000", "0"], "monotonic": ["500", "7"]}
    )
    answer = t.output(bundle.args("cat", "/proc/uptime"))
    ahead = float(answer.split()[0]) - float(Path("/proc/uptime").read_text().split()[0])
    t.check(abs(ahead - 1000000) < 60, f"/proc/uptime inside is ahead by {ahead:.0f} s, not by 1000000")


def _offsets(container: Container) -> dict[str, list[str]]:
    rows = [line.split() for line in container.proc("timens_offsets").splitlines()]
    return {row[0]: row[1:] for row in rows}


@case("config-linux.md#intelrdt", since="v1.0.0-rc6", needs=("no-resctrl",))
def intel_rdt_without_resctrl_is_an_error(t: Trial) -> None:
    """If intelRdt is set and no resctrl file system is mounted, the runtime MUST generate an error."""
    bundle = t.bundle()
    bundle.linux["intelRdt"] = {"closID": "barge", "l3CacheSchema": "L3:0=f"}
    t.refused(t.run(bundle), "intelRdt without a resctrl file system")


@case("config-linux.md#mount-label runtime.md#create", since="v1.0.0-rc6", needs=("no-selinux",))
def a_mount_label_without_selinux_is_an_error(t: Trial) -> None:
    """A label that cannot be applied MUST be an error: the runtime cannot do what the config says."""
    bundle = t.bundle()
    bundle.linux["mountLabel"] = "system_u:object_r:svirt_sandbox_file_t:s0:c715,c811"
    t.refused(t.run(bundle), "mountLabel on a host without SELinux")


@case("config.md#linux-process runtime.md#create", since="v1.0.0-rc6", needs=("no-apparmor", "no-selinux"))
def a_profile_that_cannot_be_applied_is_an_error(t: Trial) -> None:
    """apparmorProfile and selinuxLabel on a host without these modules MUST be errors."""
    for name in ("apparmorProfile", "selinuxLabel"):
        bundle = t.bundle()
        bundle.process[name] = "system_u:system_r:svirt_lxc_net_t:s0:c124,c675"
        t.refused(t.run(bundle), f"{name} on a host without it")
