"""What only old releases say of operations: state, start with a bundle, stop and exec of v0.4 and v0.5, kill until rc5."""

import json
from pathlib import Path

from runtime.conformance import bygone
from runtime.conformance.declare import case
from runtime.conformance.trial import Container, Trial

LAST = "v0.5.0"
ANCHOR = "runtime.md#"


def _container(t: Trial, *words: str) -> Container:
    return Container(t.runtime, t.new_id(), t.bundle().args(*words))


@case(f"{ANCHOR}start", until=LAST)
def start_makes_and_runs_a_container(t: Trial) -> None:
    """start with an id and a bundle MUST create a container and run its process."""
    container = _container(t, "note", "ran")
    t.accepted(bygone.start(t, container), "start with a bundle")
    t.soon("the program runs", lambda: container.bundle.lines() == ["ran"])


@case(f"{ANCHOR}start", until=LAST)
def a_second_start_with_the_same_id_is_an_error(t: Trial) -> None:
    """Starting what runs already MUST have no effect on it and MUST be an error."""
    container = t.running(t.bundle())
    pid = container.pid
    t.refused(bygone.start(t, container), "a second start")
    t.equal("pid", container.pid, pid)
    t.equal("what ran", container.bundle.lines(), ["staying"])


@case(f"{ANCHOR}start {ANCHOR}stop {ANCHOR}query-state {ANCHOR}exec", until=LAST)
def old_operations_without_an_id_are_errors(t: Trial) -> None:
    """state, start, stop and exec without an id MUST be errors, and so MUST start without a bundle."""
    for operation in ("state", "start", "stop", "exec"):
        t.refused(t.runtime.call(operation), f"{operation} without an id")
    id_ = t.new_id()
    t.refused(t.runtime.call("start", id_), "start without a bundle")
    t.refused(t.runtime.call("state", id_), "state of what was never started")


@case(f"{ANCHOR}stop", until=LAST)
def stop_ends_and_deletes(t: Trial) -> None:
    """stop MUST end every process of the container and delete it; its id may be used again."""
    container = t.running(t.bundle())
    pid = container.pid
    t.accepted(t.runtime.call("stop", container.id), "stop")
    t.soon("the process is gone", lambda: not Path(f"/proc/{pid}").exists())
    t.equal("state after stop", container.state(), {})
    t.accepted(bygone.start(t, container), "start with the id of a stopped container")


@case(f"{ANCHOR}stop", until=LAST)
def stop_of_what_does_not_run_is_an_error(t: Trial) -> None:
    """stop of a container that is not running MUST be an error."""
    container = _container(t, "exit", "0")
    t.refused(t.runtime.call("stop", container.id), "stop of an unknown id")
    t.accepted(bygone.start(t, container), "start")
    t.soon("it ends", lambda: container.status == "stopped")
    t.refused(t.runtime.call("stop", container.id), "stop of a container that has ended")


@case(f"{ANCHOR}state", until=LAST)
def the_old_state_has_four_properties(t: Trial) -> None:
    """The state MUST include ociVersion, id, pid and bundlePath."""
    container = t.running(t.bundle())
    state = container.state()
    t.check(isinstance(state.get("ociVersion"), str), f"ociVersion is missing from the state: {state}")
    t.equal("id", state.get("id"), container.id)
    t.equal("bundlePath", state.get("bundlePath"), str(container.bundle.folder))
    t.check(bygone.runs(int(state.get("pid") or 0)), f"pid is not a running process: {state}")


@case(f"{ANCHOR}exec", until=LAST)
def exec_runs_the_process_of_a_file(t: Trial) -> None:
    """exec with an id and a path MUST run the process in the container, each time a new one, and its end MUST NOT end the container."""
    container = t.running(t.bundle())
    process = {**container.bundle.process, "args": ["/probe", "note", "second"]}
    file = container.bundle.folder / "process.json"
    file.write_text(json.dumps(process))
    for times in (1, 2):
        t.accepted(t.runtime.call("exec", container.id, str(file)), "exec")
        t.soon("it ran inside", lambda: container.bundle.lines() == ["staying", *["second"] * times])  # noqa: B023  # asked at once
    t.equal("the container", container.status, "running")


@case(f"{ANCHOR}exec", until=LAST)
def exec_in_what_does_not_run_is_an_error(t: Trial) -> None:
    """exec in a container that is not running MUST be an error and have no effect."""
    container = _container(t, "exit", "0")
    t.accepted(bygone.start(t, container), "start")
    t.soon("it ends", lambda: container.status == "stopped")
    file = container.bundle.folder / "process.json"
    file.write_text(json.dumps({**container.bundle.process, "args": ["/probe", "note", "second"]}))
    t.refused(t.runtime.call("exec", container.id, str(file)), "exec in a container that has ended")
    t.equal("what ran", container.bundle.lines(), [])


@case(f"{ANCHOR}lifecycle", until=LAST)
def a_failed_old_prestart_stops_the_container(t: Trial) -> None:
    """When a prestart hook fails the container MUST be stopped before its process ran."""
    container = _container(t, "note", "program")
    container.bundle.hook("prestart", "exit 3")
    t.refused(bygone.start(t, container), "a prestart hook that failed")
    t.equal("what ran", container.bundle.lines(), [])
    t.check(container.status in ("none", "stopped"), f"the container is {container.status}")


@case(f"{ANCHOR}lifecycle", until=LAST)
def a_failed_old_poststart_stops_the_container(t: Trial) -> None:
    """When a poststart hook fails the container MUST be stopped (config.md only logs it; the MUST is runtime.md's)."""
    container = _container(t, "stay")
    container.bundle.hook("poststart", "exit 3")
    bygone.start(t, container)
    t.soon("the container is stopped", lambda: container.status in ("none", "stopped"))


@case("config-linux.md#namespaces", until="v1.0.0-rc3", needs=("root",))
def a_joined_namespace_is_set_up_already(t: Trial) -> None:
    """With a path, the namespace is as it is: anything else in the config about it MUST be an error."""
    keeper = t.running(t.bundle())
    bundle = t.bundle()
    for each in bundle.linux["namespaces"]:
        if each["type"] == "uts":
            each["path"] = f"/proc/{keeper.pid}/ns/uts"
    t.accepted(t.run(bundle), "a uts namespace that is joined")
    bundle.config["hostname"] = "quay-six"
    t.refused(t.run(bundle), "a hostname for a uts namespace that is joined")


@case("config.md#platform", since="v1.0.0-rc1", until="v1.0.0-rc5")
def another_platform_is_an_error(t: Trial) -> None:
    """os and arch, in the words of Go, MUST be what the runtime supports: this host's are taken, others are refused."""
    bundle = t.bundle()
    document = bundle.translated()
    t.equal("what a bundle says of this host", document["platform"]["os"], "linux")
    t.accepted(t.run(bundle), "this host's own platform")
    for name, word in (("os", "plan9"), ("arch", "mips64le")):
        other = {**document, "platform": {**document["platform"], name: word}}
        (bundle.folder / "config.json").write_text(json.dumps(other))
        t.refused(t.runtime.call("run", "--bundle", str(bundle.folder), t.new_id()), f"the {name} {word}")


@case(f"{ANCHOR}kill", since="v1.0.0-rc1", until="v1.0.0-rc5")
def kill_of_a_created_container_is_an_error(t: Trial) -> None:
    """Until rc5 only a running container MUST take signals: any other is an error, and unchanged."""
    container = t.created(t.bundle().args("stay"))
    if t.tells_releases_apart:
        t.refused(container.kill("KILL"), "kill of a created container")
        t.equal("status", container.status, "created")
    t.accepted(container.start(), "start")
