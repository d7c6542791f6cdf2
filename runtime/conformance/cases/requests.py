"""What the runtime must say and to whom (runtime.md#warnings): warnings reach its log or its stderr, wrong requests are errors."""

from runtime.conformance.declare import case
from runtime.conformance.trial import Trial


@case("config.md#linux-process runtime.md#warnings", since="v1.1.0-rc.1")
def a_capability_that_cannot_be_granted_is_told(t: Trial) -> None:
    """A capability that no kernel has MUST be logged as a warning, by its name."""
    bundle = t.bundle().args("exit", "0")
    bundle.process["capabilities"] = {"bounding": ["CAP_KILL", "CAP_OF_NO_KERNEL"]}
    bundle.write()
    log = bundle.folder / "log"
    answer = t.runtime.call("--log", str(log), "run", "--bundle", str(bundle.folder), t.new_id())
    t.accepted(answer, "an unknown capability")
    said = answer.err + (log.read_text() if log.exists() else "")
    t.check("CAP_OF_NO_KERNEL" in said, f"neither log nor stderr names CAP_OF_NO_KERNEL: {said!r}")


@case("config.md#poststop runtime.md#lifecycle runtime.md#warnings", since="v1.0.0-rc5")
def a_failed_poststop_is_told(t: Trial) -> None:
    """When a poststop hook fails, the runtime MUST log a warning."""
    bundle = t.bundle()
    bundle.hook("poststop", "exit 3")
    container = t.running(bundle)
    container.kill("KILL")
    t.soon("it stops", lambda: container.status == "stopped")
    log = bundle.folder / "log"
    answer = t.runtime.call("--log", str(log), "delete", container.id)
    t.accepted(answer, "delete with a poststop hook that failed")
    said = answer.err + (log.read_text() if log.exists() else "")
    t.check(said.strip() != "", "neither the log nor stderr says anything of the hook that failed")


@case("runtime.md#create", since="v1.0.0-rc1")
def create_without_an_id_or_a_bundle_is_an_error(t: Trial) -> None:
    """create without an id, or with a bundle that is not there, MUST be an error."""
    bundle = t.bundle().args("stay").write()
    t.refused(t.runtime.call("create", "--bundle", str(bundle.folder)), "create without an id")
    id_ = t.new_id()
    t.refused(t.runtime.call("create", "--bundle", "/no/such/bundle", id_), "create without a bundle")
    t.refused(t.runtime.call("state", id_), "state of what was never created")


@case("runtime.md#create", since="v1.0.0-rc1", escape=True)
def an_id_that_leads_elsewhere_is_an_error(t: Trial) -> None:
    """An id that is not valid, such as a path, MUST be an error, and no container is made."""
    bundle = t.bundle().args("stay").write()
    for wrong in ("../harbour", "a/b", "", ".."):
        answer = t.runtime.call("create", "--bundle", str(bundle.folder), wrong)
        if answer.ok:
            t.runtime.call("delete", "--force", wrong)  # not among the trial's own ids, which it takes away
        t.refused(answer, f"the id {wrong!r}")
    t.equal("what was born", bundle.lines(), [])


@case("runtime.md#state runtime.md#query-state", since="v1.0.0-rc1")
def the_state_has_the_types_of_its_schema(t: Trial) -> None:
    """ociVersion, id, status and bundle are strings, pid is a whole number, annotations are strings, in every status."""
    t.speaks("bundlePath", until="v1.0.0-rc4")
    where = "bundle" if t.since("v1.0.0-rc5") else "bundlePath"
    bundle = t.bundle().args("stay")
    bundle.config["annotations"] = {"org.example.ship": "barge"}
    container = t.created(bundle)
    seen = [container.state()]
    t.accepted(container.start(), "start")
    seen.append(container.state())
    t.accepted(container.kill("KILL"), "kill")
    t.soon("it stops", lambda: container.status == "stopped")
    seen.append(container.state())
    for state, status in zip(seen, ("created", "running", "stopped"), strict=True):
        t.equal("status", state.get("status"), status)
        for name in ("ociVersion", "id", where):
            t.check(isinstance(state.get(name), str), f"{name} of what is {status} is {state.get(name)!r}")
        pid = state.get("pid", 0)
        t.check(type(pid) is int and pid >= 0, f"pid of what is {status} is {pid!r}")
        t.check((status == "stopped") or pid > 0, f"what is {status} has no pid")
        found = state.get("annotations") or {}
        wrong = {key: value for key, value in found.items() if not isinstance(value, str)}
        t.equal("annotations that are no strings", wrong, {})


@case("config.md#annotations", since="v1.0.0-rc6")
def an_annotation_that_is_no_string_is_an_error(t: Trial) -> None:
    """annotations MUST be a map, and its values strings."""
    for what in ({"org.example.ship": 7}, {"org.example.ship": {"name": "barge"}}, ["org.example.ship"]):
        bundle = t.bundle()
        bundle.config["annotations"] = what
        t.refused(t.run(bundle), f"the annotations {what}")


@case("config.md#posix-platform-hooks config.md#createruntime-hooks", since="v1.0.2")
def a_create_runtime_hook_that_can_never_be_run_is_an_error(t: Trial) -> None:
    """The path of a createRuntime hook MUST be absolute, and its timeout MUST be greater than zero."""
    bundle = t.bundle().args("stay")
    bundle.config["hooks"] = {"createRuntime": [{"path": "../" * 20 + "bin/true"}]}
    t.refused(t.create(bundle)[1], "a relative createRuntime path")
    bundle = t.bundle().args("stay")
    bundle.hook("createRuntime", "true", timeout=0)
    t.refused(t.create(bundle)[1], "a createRuntime hook with the timeout 0")
