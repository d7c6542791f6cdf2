"""Hooks (config.md#posix-platform-hooks): when each runs, in which namespaces, with what, and what a failure does."""

import json
import os
from typing import Any

from runtime.conformance import bygone
from runtime.conformance.bundles import Bundle
from runtime.conformance.declare import case
from runtime.conformance.trial import Trial

NOTE = 'echo {} >> "$JOURNAL/lines"'
ANCHOR = "config.md#posix-platform-hooks"
NAMESPACE_HOOKS = ("createRuntime", "createContainer", "startContainer")
OWN_MOUNTS = 'readlink /proc/self/ns/mnt >> "$JOURNAL/mnt"'


def journal(t: Trial, *points: str) -> list[str]:
    """Runs one container to its end with a hook that notes its name at each point; returns the order seen."""
    bundle = t.bundle().args("note", "program")
    for point in points:
        bundle.hook(point, NOTE.format(point))
    answer = t.run(bundle)
    t.accepted(answer, "running the bundle")
    return bundle.lines()


@case(f"{ANCHOR} config.md#prestart")
def prestart_runs_before_the_program(t: Trial) -> None:
    """prestart hooks run before the program does."""
    t.equal("order", journal(t, "prestart"), ["prestart", "program"])


@case("config.md#prestart")
def prestart_runs_in_the_operation_of_its_release(t: Trial) -> None:
    """rc5 to v1.0.1: prestart is part of start. Since v1.1: part of create; v1.0.2 says both, and before rc5 none."""
    bundle = t.bundle().args("stay")
    bundle.hook("prestart", NOTE.format("prestart"))
    container = t.created(bundle)
    if t.since("v1.1.0-rc.1"):
        t.equal("hooks that ran in create", bundle.lines(), ["prestart"])
    elif t.since("v1.0.0-rc5") and not t.since("v1.0.2"):
        t.equal("hooks that ran in create", bundle.lines(), [])
    container.start()
    t.soon("the program runs", lambda: "staying" in bundle.lines())
    t.equal("order", bundle.lines(), ["prestart", "staying"])


@case("config.md#createruntime-hooks", since="v1.0.2")
def create_runtime_runs_in_create(t: Trial) -> None:
    """createRuntime hooks run as part of create, in the runtime's mount namespace."""
    bundle = t.bundle().args("stay")
    bundle.hook("createRuntime", f"{NOTE.format('createRuntime')}; {OWN_MOUNTS}")
    t.created(bundle)
    t.equal("hooks that ran in create", bundle.lines(), ["createRuntime"])
    t.equal("its mount namespace", bundle.lines("mnt"), [os.readlink("/proc/self/ns/mnt")])


@case("config.md#createcontainer-hooks", since="v1.0.2")
def create_container_runs_in_the_container_namespace(t: Trial) -> None:
    """createContainer hooks run as part of create, in the container's mount namespace, with paths of the runtime's."""
    bundle = t.bundle().args("stay")
    bundle.hook("createContainer", f"{NOTE.format('createContainer')}; {OWN_MOUNTS}")
    container = t.created(bundle)
    t.equal("hooks that ran in create", bundle.lines(), ["createContainer"])
    container.start()  # an ordinary user may look into the program, not into a runtime that waits for start
    t.soon("the program runs", lambda: "staying" in bundle.lines())
    t.equal("its mount namespace", bundle.lines("mnt"), [container.namespace("mnt")])


@case("config.md#startcontainer-hooks", since="v1.0.2")
def start_container_runs_inside_before_the_program(t: Trial) -> None:
    """startContainer hooks run as part of start, their path read inside the container, before the program."""
    bundle = t.bundle().args("note", "program")
    bundle.config["hooks"] = {
        "startContainer": [{"path": "/probe", "args": ["/probe", "note", "startContainer"]}]
    }
    container = t.created(bundle)
    t.equal("what ran in create", bundle.lines(), [])
    t.accepted(container.start(), "start")
    t.soon("the program runs", lambda: len(bundle.lines()) == 2)
    t.equal("order", bundle.lines(), ["startContainer", "program"])


@case("config.md#extensibility", since="v1.0.0-rc3", until="v1.0.1")
def later_hooks_are_unknown_properties(t: Trial) -> None:
    """createRuntime, createContainer and startContainer do not exist before v1.0.2: they are ignored."""
    ran = journal(t, "createRuntime", "createContainer")
    if t.tells_releases_apart:
        t.equal("what ran", ran, ["program"])
    else:
        t.check("program" in ran, "the container did not run")


@case("config.md#poststart")
def poststart_runs_after_the_program_was_started(t: Trial) -> None:
    """poststart hooks run in start, after the program was started."""
    bundle = t.bundle().args("stay")
    bundle.hook("poststart", NOTE.format("poststart"))
    container = t.created(bundle)
    t.equal("hooks that ran in create", bundle.lines(), [])
    t.accepted(container.start(), "start")
    t.check("poststart" in bundle.lines(), "poststart had not run when start returned")


@case("config.md#poststop")
def poststop_runs_in_delete(t: Trial) -> None:
    """poststop hooks run after the program ended, since rc5 after the container was deleted and before delete returns."""
    bundle = t.bundle()
    bundle.hook("poststop", NOTE.format("poststop"))
    container = t.running(bundle)
    container.kill("KILL")
    t.soon("it stops", lambda: container.status == "stopped")
    if t.since("v1.0.0-rc5"):
        t.equal("before delete", bundle.lines(), ["staying"])
    t.accepted(container.delete(), "delete")
    t.equal("after delete", bundle.lines(), ["staying", "poststop"])


@case(f"{ANCHOR} runtime.md#hooks")
def hooks_run_in_the_listed_order(t: Trial) -> None:
    """Hooks of one point MUST be called in the listed order."""
    bundle = t.bundle().args("exit", "0")
    for word in ("first", "second", "third"):
        bundle.hook("prestart", NOTE.format(word))
    t.accepted(t.run(bundle), "running the bundle")
    t.equal("order", bundle.lines(), ["first", "second", "third"])


@case(f"{ANCHOR} runtime.md#state")
def hooks_get_the_state_on_stdin(t: Trial) -> None:
    """The container's state MUST come to the hook on stdin."""
    t.speaks("bundlePath", until="v1.0.0-rc4")
    bundle = t.bundle().args("stay")
    bundle.hook("prestart", 'cat > "$JOURNAL/state"')
    container = t.created(bundle)
    container.start()
    state = json.loads((bundle.journal / "state").read_text())
    t.equal("id", state.get("id"), container.id)
    t.equal("pid", state.get("pid"), container.pid)
    t.check(isinstance(state.get("ociVersion"), str), f"ociVersion is missing: {state}")
    if t.since("v1.0.0-rc5"):
        t.check(state.get("status") in ("creating", "created"), f"its status is {state.get('status')!r}")
    key = "bundle" if t.since("v1.0.0-rc5") else "bundlePath"
    t.equal(key, state.get(key), str(bundle.folder))


@case(ANCHOR)
def hooks_get_their_own_environment(t: Trial) -> None:
    """A hook sees the env of its entry, and nothing of the runtime's or the program's."""
    bundle = t.bundle().args("exit", "0")
    bundle.process["env"].append("OF_THE_PROGRAM=1")
    bundle.hook("prestart", "env", env=["PATH=/usr/bin:/bin", "ONLY=this"])
    path = bundle.config["hooks"]["prestart"][0]["path"]
    with open(path, "a") as script:
        script.write('tr "\\0" "\\n" < /proc/$$/environ > "$JOURNAL/lines"\n')
    t.accepted(t.run(bundle), "running the bundle")
    t.equal("environment", sorted(bundle.lines()), ["ONLY=this", "PATH=/usr/bin:/bin"])


@case(ANCHOR)
def hooks_get_their_own_arguments(t: Trial) -> None:
    """args of an entry are the hook's argv."""
    bundle = t.bundle().args("exit", "0")
    bundle.hook("prestart", 'echo "$1 $2" >> "$JOURNAL/lines"', args=["anything", "one", "two"])
    t.accepted(t.run(bundle), "running the bundle")
    t.equal("arguments", bundle.lines(), ["one two"])


def _failing(t: Trial, point: str) -> None:
    """A failing hook ends create or start with an error, and the program never runs."""
    bundle = t.bundle().args("note", "program")
    bundle.hook(point, f"{NOTE.format(point)}; exit 3")
    container, created = t.create(bundle)
    started = container.start() if created.ok else created
    t.refused(started, f"a {point} hook that failed")
    t.equal("what ran", bundle.lines(), [point])
    t.check(
        container.status in ("stopped", "none"),
        f"the container is {container.status} after a failed {point} hook",
    )


@case("config.md#prestart runtime.md#lifecycle", since="v1.0.0-rc5")
def a_failed_prestart_stops_the_container(t: Trial) -> None:
    """When a prestart hook fails, the runtime MUST generate an error and stop the container."""
    _failing(t, "prestart")


@case("config.md#createruntime-hooks runtime.md#lifecycle", since="v1.0.2")
def a_failed_create_runtime_stops_the_container(t: Trial) -> None:
    """When a createRuntime hook fails, the runtime MUST generate an error and stop the container."""
    _failing(t, "createRuntime")


@case("config.md#createcontainer-hooks runtime.md#lifecycle", since="v1.0.2")
def a_failed_create_container_stops_the_container(t: Trial) -> None:
    """When a createContainer hook fails, the runtime MUST generate an error and stop the container."""
    _failing(t, "createContainer")


@case("config.md#startcontainer-hooks runtime.md#lifecycle", since="v1.0.2")
def a_failed_start_container_stops_the_container(t: Trial) -> None:
    """When a startContainer hook fails, the runtime MUST generate an error and stop the container."""
    bundle = t.bundle().args("note", "program")
    bundle.config["hooks"] = {"startContainer": [{"path": "/probe", "args": ["/probe", "exit", "3"]}]}
    container = t.created(bundle)
    container.start()  # a runtime may only learn of it afterwards; what counts is that the program never runs
    t.soon("the container is stopped", lambda: container.status in ("stopped", "none"))
    t.equal("what ran", bundle.lines(), [])


@case("config.md#poststart runtime.md#lifecycle")
def a_failed_poststart_does_what_its_release_says(t: Trial) -> None:
    """rc1 to v1.2.1: logged or a warning, the container goes on. v1.3.0: an error, and the container is stopped."""
    bundle = t.bundle().args("stay")
    bundle.hook("poststart", "exit 3")
    container, created = t.create(bundle)
    # A runtime that runs the hook too early fails another case; here only what the failure leads to counts.
    answer = container.start() if created.ok else created
    if t.since("v1.3.0"):
        t.refused(answer, "a poststart hook that failed")
        t.soon("the container is stopped", lambda: container.status in ("stopped", "none"))
    else:
        t.accepted(answer, "a failed poststart hook")
        t.equal("status", container.status, "running")


@case("config.md#poststop runtime.md#lifecycle")
def a_failed_poststop_does_not_stop_delete(t: Trial) -> None:
    """When a poststop hook fails, the runtime MUST go on as if it had succeeded: the next hook runs, delete succeeds."""
    bundle = t.bundle()
    bundle.hook("poststop", "exit 3")
    bundle.hook("poststop", NOTE.format("second"))
    container = t.running(bundle)
    container.kill("KILL")
    t.soon("it stops", lambda: container.status == "stopped")
    t.accepted(container.delete(), "delete")
    t.equal("the hook behind the failed one", bundle.lines()[-1], "second")


@case(ANCHOR)
def a_hook_that_takes_too_long_is_ended(t: Trial) -> None:
    """A hook is ended after its timeout, and that is a failure of the hook: the program never runs."""
    bundle = t.bundle().args("note", "program")
    bundle.hook("prestart", 'echo $$ > "$JOURNAL/pid"; exec sleep 60', timeout=1)
    container, created = t.create(bundle)
    t.refused(container.start() if created.ok else created, "a prestart hook that took too long")
    pid = bundle.lines("pid")
    t.check(pid != [], "the hook never ran")
    t.soon("the hook is ended", lambda: not bygone.runs(int(pid[0])))
    t.equal("what ran", bundle.lines(), [])


@case(ANCHOR, since="v1.0.0-rc4")
def a_relative_hook_path_is_an_error(t: Trial) -> None:
    """The path of a hook MUST be absolute."""
    bundle = t.bundle().args("stay")
    bundle.config["hooks"] = {"prestart": [{"path": "../" * 20 + "bin/true"}]}
    _, answer = t.create(bundle)
    t.refused(answer, "a relative hook path")


@case("config.md#createcontainer-hooks runtime.md#lifecycle", since="v1.0.2", until="v1.0.2")
def the_hooks_of_create_follow_each_other(t: Trial) -> None:
    """createContainer hooks MUST run after createRuntime hooks, and these after prestart hooks where they are run in create."""
    bundle = t.bundle().args("stay")
    for point in ("createContainer", "createRuntime", "prestart"):
        bundle.hook(point, NOTE.format(point))
    t.created(bundle)
    ran = bundle.lines()
    t.equal(
        "hooks of create",
        [point for point in ran if point != "prestart"],
        ["createRuntime", "createContainer"],
    )
    t.check("prestart" not in ran or ran[0] == "prestart", f"prestart ran in create, and not first: {ran}")


@case("config.md#summary runtime.md#lifecycle", since="v1.1.0-rc.1")
def each_hook_runs_at_its_point(t: Trial) -> None:
    """prestart, createRuntime, createContainer in create; startContainer, the program, poststart in start; poststop in delete."""
    bundle = t.bundle()
    for point in ("prestart", "createRuntime", "createContainer", "poststart", "poststop"):
        bundle.hook(point, NOTE.format(point))
    bundle.config["hooks"]["startContainer"] = [
        {"path": "/probe", "args": ["/probe", "note", "startContainer"]}
    ]
    container = t.created(bundle.args("stay"))
    in_create = ["prestart", "createRuntime", "createContainer"]
    t.equal("hooks of create", bundle.lines(), in_create)
    t.accepted(container.start(), "start")
    t.soon("the program runs", lambda: "staying" in bundle.lines())
    in_start = bundle.lines()[3:]
    t.equal("hooks of start", sorted(in_start), ["poststart", "startContainer", "staying"])
    t.equal("what came first", in_start[0], "startContainer")
    container.kill("KILL")
    t.soon("it stops", lambda: container.status == "stopped")
    t.accepted(container.delete(), "delete")
    t.equal("the hook of delete", bundle.lines()[6:], ["poststop"])


@case(
    "config.md#createruntime-hooks config.md#prestart config.md#poststart config.md#poststop", since="v1.0.2"
)
def hooks_of_the_runtime_run_in_its_namespaces(t: Trial) -> None:
    """prestart, createRuntime, poststart and poststop MUST be executed in the runtime namespace."""
    kinds = ("mnt", "uts", "ipc", "net", "pid")
    points = ("prestart", "createRuntime", "poststart", "poststop")
    bundle = t.bundle()
    for point in points:
        bundle.hook(
            point,
            f'for each in {" ".join(kinds)}; do readlink /proc/self/ns/$each; done > "$JOURNAL/{point}"',
        )
    container = t.running(bundle)
    container.kill("KILL")
    t.soon("it stops", lambda: container.status == "stopped")
    t.accepted(container.delete(), "delete")
    ours = [os.readlink(f"/proc/self/ns/{kind}") for kind in kinds]
    for point in points:
        t.equal(f"namespaces of the {point} hook", bundle.lines(point), ours)


@case("config.md#startcontainer-hooks", since="v1.0.2")
def start_container_runs_in_the_container_namespaces(t: Trial) -> None:
    """startContainer hooks MUST be executed in the container's namespaces, all of them."""
    kinds = ("mnt", "uts", "ipc", "net", "pid")
    bundle = t.bundle()
    bundle.config["hooks"] = {
        "startContainer": [{"path": "/probe", "args": ["/probe", "ns", kind]} for kind in kinds]
    }
    container = t.running(bundle)
    t.equal("its namespaces", bundle.lines("ns"), [container.namespace(kind) for kind in kinds])


@case("config.md#startcontainer-hooks runtime.md#state", since="v1.1.0-rc.1")
def hooks_inside_see_the_pid_of_their_namespace(t: Trial) -> None:
    """The state of a hook in the container namespace has the pid as the container sees it."""
    bundle = t.bundle()
    bundle.config["hooks"] = {"startContainer": [{"path": "/probe", "args": ["/probe", "input"]}]}
    container = t.running(bundle)
    state = _heard(bundle, "input")
    t.equal("id", state.get("id"), container.id)
    t.equal("pid", state.get("pid"), 1)


@case("config.md#poststop runtime.md#state", since="v1.0.0-rc5")
def poststop_gets_the_state_of_what_was(t: Trial) -> None:
    """A poststop hook gets the id, the bundle and the status stopped on stdin, though the container is gone."""
    bundle = t.bundle()
    bundle.hook("poststop", 'cat > "$JOURNAL/state"')
    container = t.running(bundle)
    container.kill("KILL")
    t.soon("it stops", lambda: container.status == "stopped")
    t.accepted(container.delete(), "delete")
    state = _heard(bundle, "state")
    t.equal("id", state.get("id"), container.id)
    t.equal("status", state.get("status"), "stopped")
    t.equal("bundle", state.get("bundle"), str(bundle.folder))


@case(ANCHOR, since="v1.0.0-rc6")
def a_timeout_of_zero_is_an_error(t: Trial) -> None:
    """timeout MUST be greater than zero, if it is set."""
    bundle = t.bundle().args("stay")
    bundle.hook("prestart", "true", timeout=0)
    container, created = t.create(bundle)
    t.refused(container.start() if created.ok else created, "a hook with the timeout 0")


@case(ANCHOR)
def a_hook_that_is_not_there_is_an_error(t: Trial) -> None:
    """A prestart hook that cannot be run has failed: create or start ends with an error and the program never runs."""
    bundle = t.bundle().args("note", "program")
    bundle.config["hooks"] = {"prestart": [{"path": "/no/such/hook"}]}
    container, created = t.create(bundle)
    t.refused(container.start() if created.ok else created, "a hook that is not there")
    t.equal("what ran", bundle.lines(), [])


def _heard(bundle: Bundle, name: str) -> dict[str, Any]:
    """The state that a hook wrote down, {} when none did."""
    path = bundle.journal / name
    found = json.loads(path.read_text()) if path.exists() else {}
    return found if isinstance(found, dict) else {}
