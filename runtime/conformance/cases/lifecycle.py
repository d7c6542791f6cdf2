"""Operations and life cycle (runtime.md): what each operation does, refuses and leaves behind."""

import os
from pathlib import Path

from runtime.conformance.declare import case
from runtime.conformance.trial import GROUPS, Trial


def groups_named(id_: str) -> list[str]:
    """The control groups of the host that carry a container's name, in whatever tree and however it is spelled."""
    found = (Path(folder) / name for folder, names, _ in os.walk(GROUPS) for name in names if id_ in name)
    return sorted(str(path) for path in found)


@case("runtime.md#create runtime.md#start")
def create_does_not_run_the_program(t: Trial) -> None:
    """The program MUST NOT run before start, and does after it."""
    bundle = t.bundle().args("note", "ran")
    container = t.created(bundle)
    t.equal("status after create", container.status, "created")
    t.equal("what ran before start", bundle.lines(), [])
    t.accepted(container.start(), "start")
    t.soon("the program runs after start", lambda: bundle.lines() == ["ran"])


@case("runtime.md#state runtime.md#query-state")
def state_names_id_version_and_status(t: Trial) -> None:
    """The state of a created container has its id, its release and its status."""
    container = t.created(t.bundle().args("stay"))
    state = container.state()
    t.equal("id", state.get("id"), container.id)
    t.check(isinstance(state.get("ociVersion"), str), f"ociVersion is missing from the state: {state}")
    t.equal("status", state.get("status"), "created")


@case("runtime.md#state")
def state_names_the_bundle(t: Trial) -> None:
    """The state has the bundle's absolute path: `bundlePath` until rc4, `bundle` since rc5."""
    t.speaks("bundlePath", until="v1.0.0-rc4")
    container = t.created(t.bundle().args("stay"))
    key = "bundle" if t.since("v1.0.0-rc5") else "bundlePath"
    t.equal(f"{key} in the state", container.state().get(key), str(container.bundle.folder))


@case("runtime.md#state")
def state_has_the_pid_on_the_host(t: Trial) -> None:
    """The pid of a running container is the program's pid as the runtime's caller sees it."""
    container = t.running(t.bundle())
    t.check(container.pid > 1, f"expected a pid, saw {container.pid}")
    words = container.proc("cmdline").split("\0")
    t.check("/probe" in words and "stay" in words, f"pid {container.pid} is not the program but {words}")


@case("runtime.md#state")
def state_follows_the_life_cycle(t: Trial) -> None:
    """created, then running, then stopped."""
    bundle = t.bundle()
    container = t.created(bundle.args("stay"))
    t.equal("status after create", container.status, "created")
    container.start()
    t.equal("status after start", container.status, "running")
    t.soon("the program runs", lambda: "staying" in bundle.lines())
    container.kill("TERM")
    t.soon("status after the program ended is stopped", lambda: container.status == "stopped")


@case("runtime.md#query-state")
def state_of_an_unknown_container_is_an_error(t: Trial) -> None:
    """Asking for a container that does not exist MUST be an error."""
    t.refused(t.runtime.call("state", t.new_id()), "state of an unknown id")


@case("runtime.md#query-state runtime.md#start runtime.md#kill runtime.md#delete", since="v1.0.0-rc1")
def operations_without_an_id_are_errors(t: Trial) -> None:
    """state, start, kill and delete without an id MUST be errors."""
    for operation in ("state", "start", "kill", "delete"):
        t.refused(t.runtime.call(operation), f"{operation} without an id")


@case("runtime.md#start runtime.md#kill runtime.md#delete", since="v1.0.0-rc1")
def operations_on_an_unknown_container_are_errors(t: Trial) -> None:
    """start, kill and delete of a container that does not exist MUST be errors."""
    for operation in (("start",), ("kill",), ("delete",)):
        id_ = t.new_id()
        words = (*operation, id_, "TERM") if operation == ("kill",) else (*operation, id_)
        t.refused(t.runtime.call(*words), f"{operation[0]} of an unknown id")


@case("runtime.md#create", since="v1.0.0-rc1")
def a_second_create_with_the_same_id_is_an_error(t: Trial) -> None:
    """An id that is in use MUST be refused, and its container stays as it was."""
    container = t.running(t.bundle())
    pid = container.pid
    second = t.bundle().args("stay").write()
    t.refused(t.runtime.call("create", "--bundle", str(second.folder), container.id), "a second create")
    t.equal("the first container", (container.status, container.pid), ("running", pid))


@case("runtime.md#create runtime.md#errors")
def a_failed_create_leaves_nothing(t: Trial) -> None:
    """When create fails, there is no container, and the id is free."""
    bundle = t.bundle().args("stay")
    bundle.mount("/mnt", "bind", "/no/such/source", "bind")
    container, answer = t.create(bundle)
    t.refused(answer, "a mount that cannot be made")
    t.equal("state after a failed create", container.state(), {})
    t.equal("groups with its name", groups_named(container.id), [])
    mounts = Path("/proc/self/mountinfo").read_text()
    t.check(str(bundle.folder) not in mounts, "the host has a mount of the container that was not made")
    bundle.config["mounts"].pop()
    again = t.runtime.call("create", "--bundle", str(bundle.write().folder), container.id)
    t.accepted(again, "create with the id of a failed one")


@case("runtime.md#start")
def a_second_start_is_an_error(t: Trial) -> None:
    """start of a container that is not created MUST be an error and MUST have no effect on it."""
    container = t.running(t.bundle())
    pid = container.pid
    t.refused(container.start(), "a second start")
    t.equal("the container", (container.status, container.pid), ("running", pid))


@case("runtime.md#start", since="v1.0.0-rc6")
def start_of_a_stopped_container_is_an_error(t: Trial) -> None:
    """A container that ran once cannot be started again."""
    container = t.created(t.bundle().args("exit", "0"))
    container.start()
    t.soon("it stops", lambda: container.status == "stopped")
    t.refused(container.start(), "start of a stopped container")


@case("runtime.md#start config.md#process", since="v1.0.0-rc6")
def start_without_a_process_is_an_error(t: Trial) -> None:
    """create takes a config without `process`; start of it MUST be an error."""
    bundle = t.bundle()
    del bundle.config["process"]
    container, answer = t.create(bundle)
    t.accepted(answer, "create without process")
    t.refused(container.start(), "start without process")


@case("runtime.md#kill", since="v1.0.0-rc1")
def kill_sends_the_signal_that_was_asked_for(t: Trial) -> None:
    """The signal reaches the program, and only that signal."""
    container = t.running(t.bundle())
    t.accepted(container.kill("USR1"), "kill USR1")
    t.soon("the program hears USR1", lambda: container.bundle.lines("signals") == ["usr1"])
    t.equal("status after a signal that is handled", container.status, "running")
    t.accepted(container.kill("KILL"), "kill KILL")
    t.soon("the program ends", lambda: container.status == "stopped")


@case("runtime.md#kill", since="v1.0.0-rc1")
def kill_of_a_stopped_container_is_an_error(t: Trial) -> None:
    """A signal to a container that is neither created nor running MUST be an error."""
    container = t.created(t.bundle().args("exit", "0"))
    container.start()
    t.soon("it stops", lambda: container.status == "stopped")
    t.refused(container.kill("TERM"), "kill of a stopped container")


@case("runtime.md#kill", since="v1.0.0-rc6")
def kill_reaches_a_created_container(t: Trial) -> None:
    """A created container takes signals too."""
    container = t.created(t.bundle().args("stay"))
    t.accepted(container.kill("KILL"), "kill of a created container")
    t.soon("it stops", lambda: container.status == "stopped")


@case("runtime.md#delete", since="v1.0.0-rc1")
def delete_of_a_running_container_is_an_error(t: Trial) -> None:
    """delete of a container that is not stopped MUST be an error and MUST have no effect on it."""
    container = t.running(t.bundle())
    pid = container.pid
    t.refused(container.delete(), "delete of a running container")
    t.equal("the container", (container.status, container.pid), ("running", pid))


@case("runtime.md#delete", since="v1.0.0-rc6")
def delete_of_a_created_container_is_an_error(t: Trial) -> None:
    """Only a stopped container can be deleted."""
    container = t.created(t.bundle().args("stay"))
    t.refused(container.delete(), "delete of a created container")
    t.equal("status", container.status, "created")


@case("runtime.md#delete", since="v1.0.0-rc1")
def delete_takes_everything_away(t: Trial) -> None:
    """After delete there is no state, no process, and the id may be used again."""
    container = t.running(t.bundle())
    pid = container.pid
    container.kill("KILL")
    t.soon("it stops", lambda: container.status == "stopped")
    t.accepted(container.delete(), "delete")
    t.equal("state after delete", container.state(), {})
    t.soon("the process is gone", lambda: not Path(f"/proc/{pid}").exists())
    again = t.runtime.call("create", "--bundle", str(container.bundle.folder), container.id)
    t.accepted(again, "create with the id of a deleted container")


@case("runtime.md#create")
def a_later_change_of_the_config_has_no_effect(t: Trial) -> None:
    """What config.json says after create does not matter to the container."""
    bundle = t.bundle().args("note", "first")
    container = t.created(bundle)
    bundle.args("note", "second").write()
    t.accepted(container.start(), "start")
    t.soon("the program runs", lambda: bundle.lines() != [])
    t.equal("what ran", bundle.lines(), ["first"])


@case("config.md#annotations runtime.md#state")
def annotations_are_in_the_state(t: Trial) -> None:
    """The state repeats the config's annotations."""
    bundle = t.bundle().args("stay")
    bundle.config["annotations"] = {"org.example.ship": "barge"}
    t.equal("annotations", t.created(bundle).state().get("annotations"), {"org.example.ship": "barge"})


@case("config.md#extensibility", since="v1.0.0-rc3")
def unknown_properties_are_ignored(t: Trial) -> None:
    """A property the specification does not know MUST NOT be an error."""
    bundle = t.bundle()
    bundle.config["hostname"] = "quay-ten"
    for part in (
        bundle.config,
        bundle.process,
        bundle.config["root"],
        bundle.config["mounts"][0],
        bundle.linux,
    ):
        part["org.example.unknown"] = {"a": [1]}
    t.equal("hostname, as the config has it", t.report(bundle)["hostname"], "quay-ten")
