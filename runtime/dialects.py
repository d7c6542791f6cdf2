"""Older spellings of config.json: one step for each thing that a release moved, so that one engine serves them all.

A config is carried from its own release to the newest, step by step; what its release did not know yet is an unknown
property there and is left out. A config of the newest release never comes here. The steps trust that spelling.py and former.py found
nothing wrong; of everything else they leave alone what has not the shape they know, for shape.py to name.
"""

from __future__ import annotations

from runtime import config as configs
from runtime import former, shape, spelling
from runtime import lean_os as os
from runtime.faults import Fault
from runtime.former import entries, part
from runtime.releases import Rules
from runtime.since import SINCE, leave_out
from runtime.spelling import SIZES

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

__all__ = ["SINCE", "judged", "process", "translate"]
EVERY_ID = [{"containerID": 0, "hostID": 0, "size": 2**32 - 1}]
DEFAULT_FILE_SYSTEMS = (
    {"destination": "/proc", "type": "proc", "source": "proc"},
    {"destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["nosuid", "noexec", "nodev", "ro"]},
    {"destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]},
    {"destination": "/dev/shm", "type": "tmpfs", "source": "shm", "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]},
)  # fmt: skip
# sysfs may only be mounted where nothing of the host's is hidden by it, which a user namespace seldom can say
HOST_SYS = {"destination": "/sys", "type": "none", "source": "/sys", "options": ["rbind", "nosuid", "noexec", "nodev", "ro"]}  # fmt: skip


def translate(config: dict[str, Any], rules: Rules) -> dict[str, Any]:
    """The config in the newest release's spelling (config.md#specification-version). Raises Fault for what its own release forbids."""
    for sentence in spelling.problems(config, rules):
        raise Fault(sentence)
    for _, sentence in former.problems(config, rules):
        raise Fault(sentence)
    return carried_over(config, rules)


def judged(config: dict[str, Any], rules: Rules) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    """(anchor, sentence) of everything wrong, types in the release's own spelling; and what is right of it, carried over.

    See config.md#valid-values. The anchors are today's: places.py has those of the release.
    """
    types = spelling.of(rules)
    wrong = list(shape.problems(config, types))
    if wrong:
        config = configs.without_wrong_types(config, types)
    found = [(former.anchor(sentence), sentence) for sentence in wrong]
    found += configs.besides(wrong, former.problems(config, rules))
    config = carried_over(config, rules)
    found += configs.besides(wrong, configs.problems(config, rules))
    return found, config


def carried_over(config: dict[str, Any], rules: Rules) -> dict[str, Any]:
    """The same without asking what the release forbids (config.md#extensibility)."""
    leave_out(config, rules)
    for until, step in STEPS:
        if rules.before(until):
            step(config)
    return config


def process(asked: dict[str, Any], rules: Rules) -> dict[str, Any]:
    """A process object alone, as `exec` gets it, in the newest spelling. Raises Fault.

    v0.4 and v0.5 have it in runtime.md#exec; for later containers it is spelled as their config is.
    """
    whole = {"process": asked}
    if rules.before("1.0.0-rc5"):
        shape.check(whole, spelling.PROCESS)
    for sentence in former.process_problems(asked, rules):
        raise Fault(sentence)
    leave_out(whole, rules)
    for until, step in PROCESS_STEPS:
        if rules.before(until):
            step(whole)
    return asked


def _limits_stood_in_linux(config: dict[str, Any]) -> None:
    """v0.4.0's schema still has `rlimits` in `linux`, its text in `process` (config.md#process)."""
    old = part(config, "linux").get("rlimits")
    if old and config.get("process"):
        part(config, "process").setdefault("rlimits", old)


def _a_filter_without_action_is_none(config: dict[str, Any]) -> None:
    """v0.4.0's own example has a seccomp object whose default action is empty: it asks for nothing."""
    linux = part(config, "linux")
    if part(linux, "seccomp").get("defaultAction") == "":
        del linux["seccomp"]


def _the_label_was_the_process_s(config: dict[str, Any]) -> None:
    """The schemas of v0.4 and v0.5 call it selinuxProcessLabel, their texts selinuxLabel."""
    old = part(config, "process").get("selinuxProcessLabel")
    if old:
        config["process"].setdefault("selinuxLabel", old)


def _cgroups_path_began_at_the_mount_point(config: dict[str, Any]) -> None:
    """Until rc1 any cgroupsPath, since rc2 only an absolute one (config-linux.md#control-groups)."""
    path = part(config, "linux").get("cgroupsPath")
    if isinstance(path, str) and path:
        config["linux"]["cgroupsPath"] = f"/{path.lstrip('/')}"


def _the_last_namespace_of_a_kind_counts(config: dict[str, Any]) -> None:
    """Two of one type are an error since rc3 only (config-linux.md#namespaces)."""
    _keep_the_last(entries(part(config, "linux"), "namespaces"))


def _the_last_limit_of_a_kind_counts(config: dict[str, Any]) -> None:
    """Two of one type are an error since rc4 only (config.md#process)."""
    _keep_the_last(entries(part(config, "process"), "rlimits"))


def _keep_the_last(entries: list[Any]) -> None:
    kinds = [str(each.get("type")) if isinstance(each, dict) else None for each in entries]
    entries[:] = [
        each for n, each in enumerate(entries) if kinds[n] is None or kinds[n] not in kinds[n + 1 :]
    ]


def _covered_paths_may_be_relative(config: dict[str, Any]) -> None:
    """maskedPaths and readonlyPaths MUST be absolute since rc3 (config-linux.md#masked-paths)."""
    for name in ("maskedPaths", "readonlyPaths"):
        paths = entries(part(config, "linux"), name)
        paths[:] = [f"/{path}" if isinstance(path, str) and path[:1] != "/" else path for path in paths]


def _there_was_always_a_console(config: dict[str, Any]) -> None:
    """/dev/console is a default device until rc2, and since rc3 only with a terminal (config-linux.md#devices)."""
    linux = config["linux"] = {} if config.get("linux") is None else config["linux"]
    if not isinstance(linux, dict) or part(config, "process").get("terminal"):
        return
    if "user" in _kinds(linux) and not os.path.exists("/dev/console"):
        return  # it can only be bound from the host, which has none
    devices = linux["devices"] = [] if linux.get("devices") is None else linux["devices"]
    if isinstance(devices, list) and "/dev/console" not in [
        each.get("path") for each in devices if isinstance(each, dict)
    ]:
        devices.append({"path": "/dev/console", "type": "c", "major": 5, "minor": 1, "fileMode": 0o600})


def _default_file_systems_were_a_must(config: dict[str, Any]) -> None:
    """Until rc4 /proc, /sys, /dev/pts and /dev/shm MUST be there, since rc5 they SHOULD (config-linux.md#default-filesystems)."""
    mounts = config.get("mounts")
    mounts = config["mounts"] = [] if mounts is None else mounts
    if not isinstance(mounts, list):
        return
    there = [
        os.path.normpath("/" + str(each.get("destination")).lstrip("/"))
        for each in mounts
        if isinstance(each, dict)
    ]
    for each in DEFAULT_FILE_SYSTEMS:
        if each["destination"] not in there:
            inside_user_namespace = each["destination"] == "/sys" and "user" in _kinds(part(config, "linux"))
            mounts.append(dict(HOST_SYS if inside_user_namespace else each))


def _kinds(linux: dict[str, Any]) -> list[Any]:
    return [each.get("type") for each in entries(linux, "namespaces") if isinstance(each, dict)]


def _capabilities_become_sets(config: dict[str, Any]) -> None:
    """Until rc4 one array of names stood for all sets but ambient (config.md#process)."""
    names = part(config, "process").get("capabilities")
    if isinstance(names, list):
        config["process"]["capabilities"] = dict.fromkeys(
            ("bounding", "effective", "inheritable", "permitted"), names
        )


def _a_rule_had_one_name(config: dict[str, Any]) -> None:
    """seccomp.syscalls[].name is an array `names` since rc5 (config-linux.md#seccomp)."""
    for each in entries(part(part(config, "linux"), "seccomp"), "syscalls"):
        if isinstance(each, dict) and "name" in each:
            each["names"] = [each.pop("name")]


def _the_oom_score_moves_to_the_process(config: dict[str, Any]) -> None:
    """Until rc5 it was linux.resources.oomScoreAdj (config-linux.md#set-oom_score_adj)."""
    score = _resources(config).get("oomScoreAdj")
    if score is not None:
        part(config, "process")["oomScoreAdj"] = score


def _block_io_loses_its_prefix(config: dict[str, Any]) -> None:
    """Until rc5 blkioWeight and so on (config-linux.md#block-io)."""
    block = part(_resources(config), "blockIO")
    for name in [name for name in block if name.startswith("blkio")]:
        block[name[5:6].lower() + name[6:]] = block.pop(name)


def _throttles_in_the_schema_s_spelling(config: dict[str, Any]) -> None:
    """The schemas until v1.0.0 have IopsDevice where the texts have IOPSDevice."""
    block = part(_resources(config), "blockIO")
    for name in ("throttleReadIopsDevice", "throttleWriteIopsDevice"):
        if name in block:
            block.setdefault(name.replace("Iops", "IOPS"), block.pop(name))


def _a_namespace_path_may_be_relative(config: dict[str, Any]) -> None:
    """It MUST be absolute since rc6 (config-linux.md#namespaces)."""
    for each in entries(part(config, "linux"), "namespaces"):
        if isinstance(each, dict) and isinstance(each.get("path"), str) and each["path"]:
            each["path"] = os.path.abspath(each["path"])


def _sizes_were_unsigned(config: dict[str, Any]) -> None:
    """Where a limit is a uint64 the upper half means no limit, as -1 does since rc6; rc4's huge pages have -1 too."""
    resources = _resources(config)
    memory = part(resources, "memory")
    for name in SIZES:
        if isinstance(memory.get(name), int) and memory[name] >= 2**63:
            memory[name] = -1
    for each in entries(resources, "hugepageLimits"):
        if isinstance(each, dict) and isinstance(each.get("limit"), int) and each["limit"] < 0:
            each["limit"] = 2**63 - 1


def _the_oom_killer_moves_to_memory(config: dict[str, Any]) -> None:
    """Until rc6 disableOOMKiller stood beside memory (config-linux.md#disable-out-of-memory-killer)."""
    resources = _resources(config)
    disabled = resources.get("disableOOMKiller")
    if disabled is not None:
        memory = resources["memory"] = {} if resources.get("memory") is None else resources["memory"]
        if isinstance(memory, dict):
            memory["disableOOMKiller"] = disabled


def _one_mapping_left_the_other_ids_alone(config: dict[str, Any]) -> None:
    """uidMappings and gidMappings of a mount MUST come together since v1.2.0 (config.md#mounts)."""
    for each in entries(config, "mounts"):
        if isinstance(each, dict) and bool(each.get("uidMappings")) is not bool(each.get("gidMappings")):
            for name in ("uidMappings", "gidMappings"):
                each[name] = each.get(name) or EVERY_ID


def _a_pids_limit_of_zero_was_none(config: dict[str, Any]) -> None:
    """Until 1.2.1 0 said nothing; since 1.3.0 it is a limit (config-linux.md#pids)."""
    pids = part(_resources(config), "pids")
    if pids.get("limit") == 0:
        del pids["limit"]


def _two_kinds_of_monitoring_become_one(config: dict[str, Any]) -> None:
    """1.1.0-rc.1 to 1.2.1 asked for CMT and MBM; the kernel's monitoring groups count both (config-linux.md#intelrdt)."""
    asked = part(part(config, "linux"), "intelRdt")
    wanted = [value for name in ("enableCMT", "enableMBM") if (value := asked.pop(name, None))]
    if wanted:
        asked["enableMonitoring"] = wanted[0]


def _resources(config: dict[str, Any]) -> dict[str, Any]:
    return part(part(config, "linux"), "resources")


STEPS = (  # (the first release that reads otherwise, how an older config is carried over to it)
    ("0.5.0", _limits_stood_in_linux),
    ("0.5.0", _a_filter_without_action_is_none),
    ("1.0.0-rc1", _the_label_was_the_process_s),
    ("1.0.0-rc2", _cgroups_path_began_at_the_mount_point),
    ("1.0.0-rc3", _the_last_namespace_of_a_kind_counts),
    ("1.0.0-rc3", _covered_paths_may_be_relative),
    ("1.0.0-rc3", _there_was_always_a_console),
    ("1.0.0-rc4", _the_last_limit_of_a_kind_counts),
    ("1.0.0-rc5", _default_file_systems_were_a_must),
    ("1.0.0-rc5", _capabilities_become_sets),
    ("1.0.0-rc5", _a_rule_had_one_name),
    ("1.0.0-rc6", _the_oom_score_moves_to_the_process),
    ("1.0.0-rc6", _block_io_loses_its_prefix),
    ("1.0.0-rc6", _a_namespace_path_may_be_relative),
    ("1.0.0-rc6", _sizes_were_unsigned),
    ("1.0.0", _the_oom_killer_moves_to_memory),
    ("1.0.1", _throttles_in_the_schema_s_spelling),
    ("1.2.0", _one_mapping_left_the_other_ids_alone),
    ("1.3.0", _a_pids_limit_of_zero_was_none),
    ("1.3.0", _two_kinds_of_monitoring_become_one),
)
PROCESS_STEPS = (
    ("1.0.0-rc1", _the_label_was_the_process_s),
    ("1.0.0-rc4", _the_last_limit_of_a_kind_counts),
    ("1.0.0-rc5", _capabilities_become_sets),
)
