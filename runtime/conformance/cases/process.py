"""The process (config.md#process): arguments, environment, place, identity, capabilities and limits."""

import os

from runtime.conformance.declare import case
from runtime.conformance.trial import Trial

CAPABILITIES = {"CAP_CHOWN": 0, "CAP_KILL": 5, "CAP_NET_BIND_SERVICE": 10}
SETS = {"CapBnd": "bounding", "CapPrm": "permitted", "CapEff": "effective", "CapInh": "inheritable"}


@case("config.md#process")
def args_reach_the_program(t: Trial) -> None:
    """process.args are the program's arguments, spaces and all."""
    t.equal(
        "arguments",
        t.report(t.bundle().args("report", "one", "two words", "*"))["args"].split("\n"),
        ["one", "two words", "*"],
    )


@case("config.md#process")
def env_is_exactly_the_config(t: Trial) -> None:
    """The program's environment is the config's: nothing of the caller's comes through, but for a HOME that the user has."""
    bundle = t.bundle()
    given = {"PATH": "/bin", "SHIP": "barge", "EMPTY": "", "EQUALS": "a=b"}
    bundle.process["env"] = [f"{name}={value}" for name, value in given.items()]
    seen = t.report(bundle).env
    t.equal("environment", {name: value for name, value in seen.items() if name != "HOME"}, given)
    t.check(
        "HOME" not in seen or seen["HOME"] != os.environ.get("HOME", "-"), "the caller's HOME came through"
    )


@case("config.md#process")
def cwd_is_where_the_program_begins(t: Trial) -> None:
    """The program starts in process.cwd."""
    bundle = t.bundle()
    bundle.process["cwd"] = "/tmp"
    t.equal("working directory", t.report(bundle)["cwd"], "/tmp")


@case("config.md#process")
def a_relative_cwd_is_an_error(t: Trial) -> None:
    """process.cwd MUST be an absolute path."""
    bundle = t.bundle()
    bundle.process["cwd"] = "tmp"
    t.refused(t.run(bundle), "a relative cwd")


@case("config.md#posix-process")
def a_missing_program_is_an_error(t: Trial) -> None:
    """A program that is not in the container cannot be run."""
    bundle = t.bundle()
    bundle.process["args"] = ["/no/such/program"]
    t.refused(t.run(bundle), "a program that does not exist")


@case("config.md#user config.md#posix-platform-user", needs=("root",))
def uid_and_gid_are_the_config_s(t: Trial) -> None:
    """The program runs as process.user, in all four ids."""
    bundle = t.bundle()
    bundle.process["user"] = {"uid": 1234, "gid": 5678}
    report = t.report(bundle)
    t.equal("uids", report.status("Uid").split(), ["1234"] * 4)
    t.equal("gids", report.status("Gid").split(), ["5678"] * 4)


@case("config.md#posix-platform-user", needs=("root",))
def additional_gids_are_the_config_s(t: Trial) -> None:
    """additionalGids are the program's groups, and no others are."""
    bundle = t.bundle()
    bundle.process["user"] = {"uid": 1234, "gid": 5678, "additionalGids": [11, 22]}
    t.equal("groups", set(t.report(bundle).status("Groups").split()) - {"5678"}, {"11", "22"})


@case("config.md#posix-platform-user", since="v1.0.2")
def umask_is_the_config_s(t: Trial) -> None:
    """process.user.umask is the program's umask."""
    bundle = t.bundle()
    bundle.process["user"]["umask"] = 0o077
    t.equal("umask", int(t.report(bundle)["umask"], 8), 0o077)


@case("config.md#extensibility", since="v1.0.0-rc3", until="v1.0.1")
def umask_is_an_unknown_property(t: Trial) -> None:
    """Before v1.0.2 there is no umask: it is ignored, and MUST NOT be an error."""
    bundle = t.bundle()
    bundle.process["user"]["umask"] = 0o077
    seen = int(t.report(bundle)["umask"], 8)
    if t.tells_releases_apart:
        t.check(seen != 0o077, "the umask of a release that does not know it was applied")


@case("config.md#linux-process")
def capabilities_are_exactly_the_config_s(t: Trial) -> None:
    """Each capability set of the program is the config's, no more and no less."""
    t.speaks("the capability array", until="v1.0.0-rc4")
    names = ["CAP_CHOWN", "CAP_KILL", "CAP_NET_BIND_SERVICE"]
    bundle = t.bundle()
    bundle.process["capabilities"] = dict.fromkeys(("bounding", "permitted", "effective"), names)
    report = t.report(bundle)
    mask = sum(1 << CAPABILITIES[name] for name in names)
    for field in ("CapBnd", "CapPrm", "CapEff"):
        t.equal(field, int(report.status(field), 16), mask)
    if t.since("v1.0.0-rc5"):  # before, one array is for all of them
        for field in ("CapInh", "CapAmb"):
            t.equal(field, int(report.status(field), 16), 0)


@case("config.md#linux-process", since="v1.0.0-rc5")
def capability_sets_are_told_apart(t: Trial) -> None:
    """Bounding and inheritable may differ: neither is filled from the other, or from what is permitted and effective."""
    bundle = t.bundle()
    wanted = {
        "bounding": ["CAP_CHOWN", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
        "permitted": ["CAP_CHOWN", "CAP_KILL"],
        "effective": ["CAP_KILL"],
        "inheritable": ["CAP_CHOWN"],
    }
    bundle.process["capabilities"] = wanted
    report = t.report(bundle)
    # root gains what it may on execve(2), so that only these two can be told apart from inside
    t.equal("CapBnd", int(report.status("CapBnd"), 16), sum(1 << CAPABILITIES[n] for n in wanted["bounding"]))
    t.equal("CapInh", int(report.status("CapInh"), 16), 1 << CAPABILITIES["CAP_CHOWN"])


@case("config.md#linux-process", since="v1.0.0-rc5", needs=("root",))
def ambient_capabilities_survive_an_ordinary_user(t: Trial) -> None:
    """An ordinary user keeps the ambient set over execve, and loses the rest."""
    bundle = t.bundle()
    names = ["CAP_NET_BIND_SERVICE"]
    bundle.process["capabilities"] = dict.fromkeys(
        ("bounding", "permitted", "effective", "inheritable", "ambient"), names
    )
    bundle.process["user"] = {"uid": 1234, "gid": 1234}
    report = t.report(bundle)
    t.equal("uid", report.status("Uid").split()[0], "1234")
    for field in ("CapAmb", "CapEff", "CapPrm"):
        t.equal(field, int(report.status(field), 16), 1 << 10)


@case("config.md#linux-process", since="v1.0.0-rc6")
def an_unknown_capability_does_what_its_release_says(t: Trial) -> None:
    """rc6 to v1.0.2: MUST be an error. Since v1.1: the container SHOULD run without it."""
    bundle = t.bundle()
    bundle.process["capabilities"] = {"bounding": ["CAP_KILL", "CAP_OF_NO_KERNEL"]}
    answer = t.run(bundle)
    if t.since("v1.1.0-rc.1"):
        t.accepted(answer, "an unknown capability")
    else:
        t.refused(answer, "an unknown capability")


@case("config.md#posix-process")
def rlimits_are_the_config_s(t: Trial) -> None:
    """process.rlimits are the program's soft and hard limits."""
    bundle = t.bundle()
    bundle.process["rlimits"] = [
        {"type": "RLIMIT_NOFILE", "soft": 200, "hard": 300},
        {"type": "RLIMIT_CORE", "soft": 0, "hard": 0},
    ]
    limits = {line[:26].strip(): line[26:].split()[:2] for line in t.report(bundle)["limits"].splitlines()}
    t.equal("open files", limits.get("Max open files"), ["200", "300"])
    t.equal("core file size", limits.get("Max core file size"), ["0", "0"])


@case("config.md#posix-process", since="v1.0.0-rc4")
def duplicate_rlimits_are_an_error(t: Trial) -> None:
    """Two entries of one type MUST be an error."""
    bundle = t.bundle()
    bundle.process["rlimits"] = [{"type": "RLIMIT_NOFILE", "soft": n, "hard": 300} for n in (100, 200)]
    t.refused(t.run(bundle), "two RLIMIT_NOFILE")


@case("config.md#linux-process")
def no_new_privileges_is_set(t: Trial) -> None:
    """noNewPrivileges keeps the program from gaining any."""
    bundle = t.bundle()
    bundle.process["noNewPrivileges"] = True
    t.equal("NoNewPrivs", t.report(bundle).status("NoNewPrivs"), "1")


@case("config.md#linux-process")
def oom_score_adj_is_the_config_s(t: Trial) -> None:
    """oomScoreAdj (until rc5 in linux.resources) is the program's."""
    t.speaks("oomScoreAdj in linux.resources", until="v1.0.0-rc5")
    bundle = t.bundle()
    bundle.process["oomScoreAdj"] = 123
    t.equal("oom_score_adj", t.report(bundle)["oom_score_adj"], "123")


@case("runtime.md#create runtime-linux.md#file-descriptors", level="SHOULD", escape=True)
def no_descriptor_of_the_runtime_leaks(t: Trial) -> None:
    """The program inherits stdin, stdout and stderr only (CVE-2024-21626)."""
    container = t.running(t.bundle())
    folder = f"/proc/{container.pid}/fd"
    links = {fd: os.readlink(f"{folder}/{fd}") for fd in os.listdir(folder)}
    extra = {fd: link for fd, link in links.items() if int(fd) > 2 and not link.endswith("/probe")}
    t.equal("descriptors besides stdin, stdout, stderr and the program", extra, {})


@case("config.md#process")
def a_process_without_args_is_an_error(t: Trial) -> None:
    """At least one entry of args is REQUIRED."""
    bundle = t.bundle()
    bundle.process["args"] = []
    t.refused(t.run(bundle), "a process without args")


@case("config.md#process")
def a_bare_name_is_looked_for_in_the_config_s_path(t: Trial) -> None:
    """The first entry of args is what execvp(3) takes: a bare name is found by PATH of the config's own env."""
    bundle = t.bundle()
    (bundle.rootfs / "harbour").mkdir()
    (bundle.rootfs / "harbour" / "crane").symlink_to("/probe")
    bundle.process["env"] = ["PATH=/no/such/folder:/harbour"]
    bundle.process["args"] = ["crane", "note", "found"]
    t.accepted(t.run(bundle), "a bare name")
    t.equal("what ran", bundle.lines(), ["found"])


@case("config.md#posix-process", since="v1.0.0-rc6")
def each_kind_of_rlimit_is_set(t: Trial) -> None:
    """Every type of getrlimit(2) that needs no privilege is set, soft and hard."""
    bundle = t.bundle()
    kinds = {"FSIZE": "Max file size", "STACK": "Max stack size", "CPU": "Max cpu time", "MSGQUEUE": "Max msgqueue size", "SIGPENDING": "Max pending signals", "RTPRIO": "Max realtime priority"}  # fmt: skip
    bundle.process["rlimits"] = [
        {"type": f"RLIMIT_{kind}", "soft": 0 if kind == "RTPRIO" else 4096, "hard": 0 if kind == "RTPRIO" else 8192 if kind != "STACK" else 8 << 20}
        for kind in kinds
    ]  # fmt: skip
    bundle.process["rlimits"][1]["soft"] = 4 << 20
    container = t.created(bundle.args("stay"))
    t.accepted(container.start(), "start")
    t.soon("the program runs", lambda: "staying" in bundle.lines())
    seen = {line[:26].strip(): line[26:].split()[:2] for line in container.proc("limits").splitlines()}
    for limit, (kind, words) in zip(bundle.process["rlimits"], kinds.items(), strict=True):
        t.equal(f"RLIMIT_{kind}", seen.get(words), [str(limit["soft"]), str(limit["hard"])])


@case("config.md#linux-process")
def new_privileges_are_as_they_were(t: Trial) -> None:
    """Without noNewPrivileges the program is not kept from gaining any."""
    t.equal("NoNewPrivs", t.report(t.bundle()).status("NoNewPrivs"), "0")
