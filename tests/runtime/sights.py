"""Looks at what refrun makes of a bundle of some version; each function tries one thing that releases do otherwise (test_borders.py)."""

import json
import os
from pathlib import Path
from typing import Any

from runtime.conformance import bundles, rootfs
from runtime.conformance.driver import Answer
from runtime.conformance.trial import Report
from runtime.releases import Rules
from tests.runtime.conftest import Yard


class Sight:
    """A bundle in the dialect of one version, and what refrun makes of it."""

    def __init__(self, yard: Yard, version: str) -> None:
        self.yard = yard
        tag = f"v{Rules(version).known}"
        self.bundle = bundles.Bundle(yard.root / yard.trial.new_id(), rootfs.find(), tag, version)
        self.linux, self.process = self.bundle.linux, self.bundle.process
        self.id = yard.trial.new_id()

    def create(self) -> Answer:
        return self.yard.call("create", "--bundle", str(self.bundle.write().folder), self.id)

    def run(self, *words: str) -> Answer:
        if words:
            self.bundle.args(*words)
        return self.yard.call("run", "--bundle", str(self.bundle.write().folder), self.id)

    def call(self, *words: str) -> Answer:
        return (
            self.yard.call(words[0], *words[2:], self.id) if words[1:2] == ("ID",) else self.yard.call(*words)
        )

    def written(self) -> tuple[Path, dict[str, Any]]:
        """The bundle's folder and its config in the dialect of the version, to be changed in that spelling."""
        folder = self.bundle.write().folder
        return folder, json.loads((folder / "config.json").read_text())

    def rewrite(self, folder: Path, config: dict[str, Any]) -> None:
        (folder / "config.json").write_text(json.dumps(config))

    def state(self) -> dict[str, Any]:
        answer = self.yard.call("state", self.id)
        found: dict[str, Any] = json.loads(answer.out) if answer.ok else {}
        return found

    def report(self) -> Report:
        answer = self.run("report")
        assert answer.ok, answer.err
        return Report(answer.out)


def refused(answer: Answer, words: str) -> str:
    """ "refused" or "accepted"; a refusal for another reason is a failure of the test."""
    assert answer.ok or words in answer.err, answer.err
    return "accepted" if answer.ok else "refused"


# --- runtime.md


def bundle_key(s: Sight) -> object:
    s.create()
    return sorted(s.state().keys() & {"bundle", "bundlePath"})


def status_and_annotations(s: Sight) -> object:
    s.bundle.config["annotations"] = {"org.example.a": "b"}
    s.create()
    return sorted(s.state().keys() & {"status", "annotations"})


def version_in_the_state(s: Sight) -> object:
    s.create()
    return s.state()["ociVersion"]


def pid_of_what_has_ended(s: Sight) -> object:
    s.bundle.hook("poststop", 'cat > "$JOURNAL/state"')
    s.run("exit", "0")
    return json.loads((s.bundle.journal / "state").read_text()).get("pid")


def pid_for_a_hook_inside(s: Sight) -> object:
    s.bundle.hook("createContainer", 'cat > "$JOURNAL/state"')
    s.create()
    pid = json.loads((s.bundle.journal / "state").read_text())["pid"]
    return {1: "the container's", s.state()["pid"]: "the host's"}.get(pid)


def kill_of_created(s: Sight) -> object:
    s.create()
    return refused(s.yard.call("kill", s.id, "KILL"), "only a running one can be sent a signal")


def delete_of_created(s: Sight) -> object:
    s.create()
    return refused(s.yard.call("delete", s.id), "only a stopped one can be deleted")


def exec_in_created(s: Sight) -> object:
    s.create()
    file = s.yard.root / "process.json"
    file.write_text(json.dumps({**s.process, "args": ["/probe", "exit", "0"]}))
    return refused(s.yard.call("exec", "--process", str(file), s.id), "only a running one can be joined")


def poststart_that_fails(s: Sight) -> object:
    s.bundle.args("stay").hook("poststart", "exit 3")
    s.create()
    return refused(s.yard.call("start", s.id), "poststart hook"), "there" if s.state() else "gone"


def prestart_in_create(s: Sight) -> object:
    s.bundle.hook("prestart", 'echo ran >> "$JOURNAL/lines"')
    s.create()
    return s.bundle.lines()


def start_with_a_bundle(s: Sight) -> object:
    s.bundle.args("stay").write()
    return refused(
        s.yard.call("start", s.id, str(s.bundle.folder)), "since v1.0.0-rc1 it is create, then start"
    )


def stop_of_running(s: Sight) -> object:
    s.bundle.args("stay")
    s.create()
    s.yard.call("start", s.id)
    return refused(s.yard.call("stop", s.id), "which has no stop"), "there" if s.state() else "gone"


# --- config.md


def unknown_capability(s: Sight) -> object:
    s.process["capabilities"] = {"bounding": ["CAP_KILL", "CAP_OF_NO_KERNEL"]}
    return refused(s.create(), "does not know the capability CAP_OF_NO_KERNEL")


def capability_array(s: Sight) -> object:
    folder, config = s.written()
    config["process"]["capabilities"] = ["CAP_KILL"]
    s.rewrite(folder, config)
    answer = s.yard.call("run", "--bundle", str(folder), s.id)
    if not answer.ok:
        return refused(answer, "process.capabilities must be an object, not an array")
    return [
        int(Report(answer.out).status(name), 16)
        for name in ("CapBnd", "CapPrm", "CapEff", "CapInh", "CapAmb")
    ]


def relative_destination(s: Sight) -> object:
    s.bundle.mount("relative", "tmpfs", "tmpfs")
    return refused(s.create(), "the mount destination relative is not absolute")


def mount_without_type(s: Sight) -> object:
    s.bundle.config["mounts"].append(
        {"destination": "/tmp", "source": str(s.bundle.journal), "options": ["bind"]}
    )
    return refused(s.create(), ".type is missing")


def no_process(s: Sight) -> object:
    del s.bundle.config["process"]
    return refused(s.create(), "process is missing")


def timeout_of_zero(s: Sight) -> object:
    s.bundle.hook("poststop", "true", timeout=0)
    return refused(s.create(), "it must be greater than zero")


def timeout_is_kept(s: Sight) -> object:
    s.bundle.hook("prestart", "exec sleep 2", timeout=1)
    return refused(s.run("exit", "0"), "did not end within 1 s")


def empty_annotation_key(s: Sight) -> object:
    s.bundle.config["annotations"] = {"": "x"}
    return refused(s.create(), "annotations has an empty key")


def absolute_root(s: Sight) -> object:
    s.bundle.config["root"]["path"] = str(s.bundle.rootfs)
    return refused(s.create(), "which it may be since v1.0.0-rc1")


def missing_platform(s: Sight) -> object:
    folder, config = s.written()
    config.pop("platform", None)
    s.rewrite(folder, config)
    return refused(s.yard.call("create", "--bundle", str(folder), s.id), "platform is missing")


def variable_with_a_dot(s: Sight) -> object:
    s.process["env"].append("org.example=1")
    return refused(s.create(), "a name has letters, digits and _ only")


def duplicate_limits(s: Sight) -> object:
    s.process["rlimits"] = [{"type": "RLIMIT_NOFILE", "soft": n, "hard": 300} for n in (100, 200)]
    answer = s.run("report")
    if not answer.ok:
        return refused(answer, "process.rlimits names RLIMIT_NOFILE twice")
    return next(line.split()[3] for line in Report(answer.out)["limits"].splitlines() if "open files" in line)


def umask(s: Sight) -> object:
    s.process["user"]["umask"] = 0o077
    return s.report()["umask"].strip()


def oom_score(s: Sight) -> object:
    folder, config = s.written()
    config["linux"]["resources"] = {"oomScoreAdj": 77}
    config["process"]["oomScoreAdj"] = 88
    s.rewrite(folder, config)
    answer = s.yard.call("run", "--bundle", str(folder), s.id)
    return Report(answer.out)["oom_score_adj"].strip()


# --- config-linux.md


def duplicate_namespaces(s: Sight) -> object:
    s.linux["namespaces"].insert(0, {"type": "ipc", "path": "/proc/self/ns/ipc"})
    s.bundle.args("stay")
    answer = s.create()
    if not answer.ok:
        return refused(answer, "linux.namespaces names ipc twice")
    theirs = os.readlink(f"/proc/{s.state()['pid']}/ns/ipc")
    return "the last" if theirs != os.readlink("/proc/self/ns/ipc") else "the first"


def namespace_path_from_here(s: Sight) -> object:
    own = next(each for each in s.linux["namespaces"] if each["type"] == "ipc")
    own["path"] = os.path.relpath("/proc/self/ns/ipc", os.getcwd())
    return refused(s.create(), "is not absolute")


def hostname_in_a_joined_namespace(s: Sight) -> object:
    donor = Sight(s.yard, "1.3.0")
    donor.create()
    own = next(each for each in s.linux["namespaces"] if each["type"] == "uts")
    own["path"] = f"/proc/{donor.state()['pid']}/ns/uts"
    s.bundle.config["hostname"] = "barge"
    return refused(s.create(), "hostname is about the uts namespace, which is joined")


def mappings_without_a_namespace(s: Sight) -> object:
    s.linux["uidMappings"] = [{"containerID": 0, "hostID": 0, "size": 1}]
    return refused(s.create(), "linux.uidMappings is about the user namespace, which is not new")


def cgroup_namespace(s: Sight) -> object:
    s.linux["namespaces"].append({"type": "cgroup"})
    return refused(s.create(), "linux.namespaces.type 'cgroup' is not in v0.5.0")


def time_namespace(s: Sight) -> object:
    s.linux["namespaces"].append({"type": "time"})
    return refused(s.create(), "linux.namespaces.type 'time' is not in v1.1.0-rc.1")


def unbindable_root(s: Sight) -> object:
    s.linux["rootfsPropagation"] = "unbindable"
    return refused(s.create(), "linux.rootfsPropagation 'unbindable' is not in v1.0.0-rc5")


def log_action(s: Sight) -> object:
    s.linux["seccomp"] = {"defaultAction": "SCMP_ACT_LOG"}
    return refused(s.create(), "linux.seccomp.defaultAction 'SCMP_ACT_LOG' is not in v1.0.1")


def masked_path(s: Sight) -> object:
    (s.bundle.rootfs / "etc" / "secret").write_text("hidden")
    s.linux["maskedPaths"] = ["/etc/secret"]
    return s.run("cat", "/etc/secret").out


def relative_masked_path(s: Sight) -> object:
    (s.bundle.rootfs / "etc" / "secret").write_text("hidden")
    s.linux["maskedPaths"] = ["etc/secret"]
    answer = s.run("cat", "/etc/secret")
    return answer.out if answer.ok else refused(answer, "which is not absolute")


def console(s: Sight) -> object:
    return s.run("mode", "/dev/console").out.strip() or "missing"


def default_file_systems(s: Sight) -> object:
    report = s.report()
    return [point for point in ("/proc", "/sys", "/dev/pts", "/dev/shm") if report.mount(point)]


def place_of_a_relative_group(s: Sight) -> object:
    s.linux["cgroupsPath"] = s.id
    s.create()
    lines = Path(f"/proc/{s.state()['pid']}/cgroup").read_text().splitlines()
    return {line.split(":")[2].replace(s.id, "ID") for line in lines}


def memory_limit(s: Sight, limit: int) -> object:
    s.linux["resources"] = {"memory": {"limit": limit}}
    return refused(s.create(), "linux.resources.memory.limit must be a whole number")


def unlimited_memory(s: Sight) -> object:
    return memory_limit(s, -1)


def largest_memory(s: Sight) -> object:
    return memory_limit(s, 2**64 - 1)


def oom_killer(s: Sight) -> object:
    folder, config = s.written()
    config["linux"]["resources"] = {
        "disableOOMKiller": True,
        "memory": {"limit": 2**28, "disableOOMKiller": False},
    }
    s.rewrite(folder, config)
    s.yard.call("create", "--bundle", str(folder), s.id)
    lines = Path(f"/proc/{s.state()['pid']}/cgroup").read_text().splitlines()
    (group,) = [line.split(":")[2] for line in lines if line.split(":")[1] == "memory"]
    return Path(f"/sys/fs/cgroup/memory/{group}/memory.oom_control").read_text().splitlines()[0]


def pids_without_limit(s: Sight) -> object:
    s.linux["resources"] = {"pids": {}}
    return refused(s.create(), "linux.resources.pids.limit is missing")


def denied_call(s: Sight) -> object:
    """A rule in both spellings: whether readlink(2) is the call that is denied."""
    s.bundle.args("link", "/proc/self")
    folder, config = s.written()
    rule = {"name": "readlink", "names": ["acct"], "action": "SCMP_ACT_ERRNO"}
    config["linux"]["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule]}
    s.rewrite(folder, config)
    return "read" if s.yard.call("run", "--bundle", str(folder), s.id).out.strip() else "denied"
