"""Documents spoiled at random in their own structure: a good one, with places replaced by junk or by what the shape table allows."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from runtime import shape
from runtime.conformance.releases import TAGS
from tests.soaking import ALWAYS_THE_SAME

RICH: dict[str, Any] = {
    "ociVersion": "1.3.0",
    "root": {"path": "rootfs", "readonly": True},
    "hostname": "quay", "domainname": "harbour",
    "process": {
        "terminal": False, "consoleSize": {"height": 24, "width": 80}, "cwd": "/", "args": ["/probe", "exit", "0"], "env": ["PATH=/bin"],
        "user": {"uid": 0, "gid": 0, "umask": 18, "additionalGids": []},
        "capabilities": {"bounding": ["CAP_KILL"], "effective": ["CAP_KILL"], "permitted": ["CAP_KILL"], "inheritable": [], "ambient": []},
        "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 100, "hard": 200}], "noNewPrivileges": True, "oomScoreAdj": 100,
        "scheduler": {"policy": "SCHED_OTHER", "nice": 1, "flags": []}, "ioPriority": {"class": "IOPRIO_CLASS_BE", "priority": 4},
        "execCPUAffinity": {"initial": "0", "final": "0"},
    },
    "mounts": [
        {"destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid"]},
        {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["size=64k", "ro"]},
    ],
    "hooks": {"prestart": [{"path": "/bin/true", "args": ["true"], "env": ["A=b"], "timeout": 5}], "poststop": [{"path": "/bin/true"}]},
    "annotations": {"org.example.a": "b"},
    "linux": {
        "namespaces": [{"type": kind} for kind in ("mount", "pid", "uts", "ipc", "network")],
        "devices": [{"path": "/dev/barge", "type": "c", "major": 1, "minor": 3, "fileMode": 438, "uid": 0, "gid": 0}],
        "resources": {"pids": {"limit": 50}, "memory": {"limit": 67108864}, "cpu": {"shares": 100}, "devices": [{"allow": True, "access": "rwm"}]},
        "sysctl": {"net.ipv4.ip_default_ttl": "60"}, "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"],
        "rootfsPropagation": "private", "personality": {"domain": "LINUX"},
        "seccomp": {
            "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"], "flags": [],
            "syscalls": [{"names": ["mkdir"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1, "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]}],
        },
    },
}  # fmt: skip
OLDER: dict[str, Any] = {  # the same in the spelling of v0.4.0 to v1.0.0-rc4
    **RICH,
    "platform": {"os": "linux", "arch": "amd64"},
    "process": {**RICH["process"], "capabilities": ["CAP_KILL"]},
    "linux": {
        **RICH["linux"],
        "resources": {**RICH["linux"]["resources"], "oomScoreAdj": 5, "disableOOMKiller": False, "blockIO": {"blkioWeight": 10}},
        "seccomp": {**RICH["linux"]["seccomp"], "syscalls": [{"name": "mkdir", "action": "SCMP_ACT_ERRNO"}]},
    },
}  # fmt: skip
Place = tuple[str | int, ...]


def nest(depth: int) -> Any:
    found: Any = 0
    for _ in range(depth):
        found = [found]
    return found


NUMBERS = [
    0,
    -1,
    1,
    2**31,
    2**32 - 1,
    2**32,
    2**63 - 1,
    2**63,
    2**64 - 1,
    2**64,
    -(2**63),
    -(2**63) - 1,
    10**400,
    1.5,
    1e300,
]
WORDS = [
    "",
    "x",
    "/",
    ".",
    "..",
    "../..",
    "/..",
    "a\0b",
    "\ud800",
    "a\nb",
    "ä" * 300,
    "/" + "a" * 5000,
    "a/" * 3000,
    "%n",
    "-1",
    "=",
    "=b",
    "\x7f",
    "0-99999999",
]
JUNK = st.one_of(
    st.sampled_from([None, True, False, *NUMBERS, *WORDS, [], {}, [[]], [{}], [None], {"": ""}, {"\ud800": "a"}, {"a\0": {}}, {"type": "mount"}, ["a", 1], nest(300)]),
    st.integers(), st.text(max_size=30), st.sampled_from(WORDS).map(lambda word: [word]), st.sampled_from(WORDS).map(lambda word: {word: word}),
)  # fmt: skip
many = settings(
    deadline=None, database=None, derandomize=ALWAYS_THE_SAME, suppress_health_check=list(HealthCheck)
)


def inner(value: Any, path: Place = ()) -> Iterator[Place]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in below:
        yield (*path, key)
        if len(path) < 40:  # what lies deeper is nested for its own sake
            yield from inner(each, (*path, key))


def rows(table: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every place the shape table knows, and the shape there."""
    if path:
        yield path, table
    if isinstance(table, tuple):
        for name, below in table[0].items():
            yield from rows(below, (*path, name))
    elif isinstance(table, list):
        yield from rows(table[0], (*path, 0))


def of_shape(table: Any) -> st.SearchStrategy[Any]:
    """Values the shape table lets through."""
    if isinstance(table, tuple):
        below = {name: of_shape(each) for name, each in table[0].items()}
        needed = {name: below[name] for name in table[1]}
        return st.fixed_dictionaries(
            needed, optional={name: each for name, each in below.items() if name not in needed}
        )
    if isinstance(table, dict):
        return st.dictionaries(
            st.sampled_from(["a", "cpu", "memory.max", "net.x", "../x", "eth0", "2MB"]),
            of_shape(table[""]),
            max_size=2,
        )
    if isinstance(table, list):
        return st.lists(of_shape(table[0]), max_size=3)
    if table == shape.STRING:
        return st.sampled_from(
            [word for word in WORDS if "\0" not in word and word.isprintable()]
        ) | st.sampled_from(["/proc", "0", "bind", "ro", "rw"])
    if table == shape.BOOLEAN:
        return st.booleans()
    low, high = shape.RANGES[table]
    return st.integers(low, high) | st.sampled_from([low, high, 0])


def put(document: Any, place: Place, value: Any) -> None:
    """Sets a value; what is missing on the way is made, what is of another type there is replaced."""
    for at, key in enumerate(place[:-1]):
        following: Any = [] if isinstance(place[at + 1], int) else {}
        if isinstance(key, int):
            document += [following] if not document else []
            key = min(key, len(document) - 1)
            if type(document[key]) is not type(following):
                document[key] = following
        elif type(document.get(key)) is not type(following):
            document[key] = following
        document = document[key]
    last = place[-1]
    if isinstance(last, int):
        document[last : last + 1] = [value]
    else:
        document[last] = value


@st.composite
def spoiled(draw: st.DrawFn, good: dict[str, Any], table: Any) -> dict[str, Any]:
    """A good document with one to three places replaced by junk or by what the table allows, doubled or taken out."""
    document = copy.deepcopy(good)
    shapes = [*rows(table), *((place, None) for place in inner(good))]
    for _ in range(draw(st.integers(1, 3))):
        place, row = draw(st.sampled_from(shapes))
        put(document, place, draw(JUNK if row is None or draw(st.booleans()) else of_shape(row)))
    if draw(st.integers(0, 9)) == 0:
        *way, last = draw(st.sampled_from(list(inner(document))))
        parent: Any = document
        for key in way:
            parent = parent[key]
        del parent[last]
    return document


@st.composite
def configs(draw: st.DrawFn) -> dict[str, Any]:
    document = draw(spoiled(RICH, shape.CONFIG))
    if draw(st.integers(0, 3)) == 0:
        document["ociVersion"] = draw(st.sampled_from(TAGS)).removeprefix("v")
    return document
