"""The bundle and its configuration as a whole (bundle.md, config.md): what is read, from where, and what is refused."""

from typing import Any

from runtime.conformance.declare import case
from runtime.conformance.trial import Trial


@case("bundle.md#filesystem-bundle bundle.md#container-format config.md#configuration")
def the_config_is_read_from_the_bundle(t: Trial) -> None:
    """config.json at the bundle's top is the configuration; a bundle without it MUST NOT become a container."""
    bundle = t.bundle().args("report", "from", "here")
    t.equal("arguments", t.report(bundle)["args"].split("\n"), ["from", "here"])
    (bundle.folder / "config.json").unlink()
    answer = t.runtime.call("create", "--bundle", str(bundle.folder), t.new_id())
    t.refused(answer, "a bundle without config.json")


@case("bundle.md#container-format config.md#root")
def a_root_that_is_not_there_is_an_error(t: Trial) -> None:
    """root.path MUST be a directory that exists."""
    bundle = t.bundle()
    bundle.config["root"]["path"] = "no-such-folder"
    t.refused(t.run(bundle), "a root that is not there")


@case("config.md#root", since="v1.0.0-rc1")
def the_root_may_be_an_absolute_path(t: Trial) -> None:
    """root.path is an absolute path, or relative to the bundle."""
    bundle = t.bundle()
    (bundle.rootfs / "tmp" / "here").write_text("the bundle's\n")
    bundle.config["root"]["path"] = str(bundle.rootfs)
    t.equal("a file of the root", t.output(bundle.args("cat", "/tmp/here")), "the bundle's\n")


@case("config.md#specification-version config.md#valid-values", since="v1.0.0-rc6")
def a_malformed_oci_version_is_an_error(t: Trial) -> None:
    """ociVersion MUST be a version of SemVer 2.0.0."""
    bundle = t.bundle()
    bundle.oci_version = "harbour"
    t.refused(t.run(bundle), "the ociVersion 'harbour'")


@case("config.md#specification-version")
def the_state_has_a_version_too(t: Trial) -> None:
    """The config's ociVersion is taken, and the state says with which version it complies itself."""
    container = t.created(t.bundle().args("stay"))
    seen = str(container.state().get("ociVersion"))
    parts = seen.partition("-")[0].partition("+")[0].split(".")
    t.check(
        len(parts) == 3 and all(part.isdecimal() for part in parts), f"ociVersion of the state is {seen!r}"
    )


def _invalid(bundle: Any) -> dict[str, Any]:
    """What is invalid -> how a config gets it."""
    linux, process = bundle.linux, bundle.process
    return {
        "a namespace of type 'planet'": lambda: linux["namespaces"].append({"type": "planet"}),
        "the limit RLIMIT_PLANET": lambda: process.update(rlimits=[{"type": "RLIMIT_PLANET", "soft": 1, "hard": 1}]),
        "the propagation 'sideways'": lambda: linux.update(rootfsPropagation="sideways"),
        "the seccomp action SCMP_ACT_DANCE": lambda: linux.update(seccomp={"defaultAction": "SCMP_ACT_DANCE"}),
        "a uid that is a word": lambda: process["user"].update(uid="mate"),
    }  # fmt: skip


@case("config.md#valid-values", since="v1.0.0-rc5")
def an_invalid_value_is_an_error(t: Trial) -> None:
    """Runtimes MUST generate an error when invalid values are encountered."""
    for what in _invalid(t.bundle()):
        bundle = t.bundle()
        _invalid(bundle)[what]()
        t.refused(t.run(bundle), what)


@case("config.md#platform-specific-configuration", since="v1.0.0-rc3")
def what_is_for_other_systems_changes_nothing(t: Trial) -> None:
    """`linux` is the section for Linux; `solaris` and `zos` beside it change nothing and are no error."""
    bundle = t.bundle()
    bundle.config["solaris"] = {"milestone": "svc:/milestone/container:default"}
    bundle.config["zos"] = {}
    bundle.config["hostname"] = "quay-eight"
    report = t.report(bundle)
    t.equal("hostname, which needs linux.namespaces", report["hostname"], "quay-eight")


@case("config.md#annotations", since="v1.0.0-rc4")
def an_empty_annotation_key_is_an_error(t: Trial) -> None:
    """Keys of annotations MUST NOT be an empty string."""
    bundle = t.bundle()
    bundle.config["annotations"] = {"": "barge"}
    t.refused(t.run(bundle), "an annotation without a key")
