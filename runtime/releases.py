"""What a release asks the runtime to do otherwise, in one table; a config's `ociVersion` chooses the column.

How releases spell their configs is in dialects.py and spelling.py, what each forbids besides in former.py, what each brought in since.py.
"""

from runtime.faults import Fault

FINAL = 1000  # where a release candidate has its number, so that rc1 < rc.2 < final
OLDEST, NEWEST = "0.4.0", "1.3.0"
RANGE = f"refrun takes {OLDEST} to {NEWEST} and later 1.x"
RELEASES = (
    "0.4.0", "0.5.0", "1.0.0-rc1", "1.0.0-rc2", "1.0.0-rc3", "1.0.0-rc4", "1.0.0-rc5", "1.0.0-rc6", "1.0.0", "1.0.1",
    "1.0.2", "1.1.0-rc.1", "1.1.0-rc.2", "1.1.0-rc.3", "1.1.0", "1.2.0", "1.2.1", "1.3.0",
)  # fmt: skip

# property -> ((first release, value), ...) in order; the last row that is not younger than the config counts.
TABLE = {
    # runtime.md#operations: v0.4 and v0.5 have `start ID BUNDLE`, `stop ID` and `exec ID FILE`; since rc1 create, kill, delete
    "start_creates": (("0.4.0", True), ("1.0.0-rc1", False)),
    # runtime.md#state
    "state_has_status": (("0.4.0", False), ("1.0.0-rc1", True)),  # and the annotations
    "bundle_key": (("0.4.0", "bundlePath"), ("1.0.0-rc5", "bundle")),
    "status_creating": (("0.4.0", False), ("1.0.0-rc5", True)),
    # always; since rc4 only while there is a process
    "state_always_has_pid": (("0.4.0", True), ("1.0.0-rc4", False)),
    # the config's version, since v1.0.2 that of the specification the state complies with
    "state_version_is_its_own": (("0.4.0", False), ("1.0.2", True)),
    # in a hook that runs in the container's namespaces: the pid as the host sees it, since v1.1 as the container does
    "hook_sees_inner_pid": (("0.4.0", False), ("1.1.0-rc.1", True)),
    # runtime.md#kill: "not running" was an error, since rc6 "neither created nor running"
    "kill_of_created": (("0.4.0", True), ("1.0.0-rc1", False), ("1.0.0-rc6", True)),
    # runtime.md#delete: an error while the process runs, since rc6 unless stopped
    "delete_of_created": (("0.4.0", True), ("1.0.0-rc6", False)),
    # runtime.md#exec of v0.4 and v0.5: of a container that is not running an error; later releases have no exec
    "exec_of_created": (("0.4.0", False), ("1.0.0-rc1", True)),
    # runtime.md#lifecycle: a failed poststart stopped the container until v0.5, is a warning since rc1 (config.md#poststart,
    # rc5 in runtime.md), and stops it again since v1.3.0
    "poststart_stops": (("0.4.0", True), ("1.0.0-rc1", False), ("1.3.0", True)),
    # Until 1.0.1 prestart runs after `start` was called; 1.0.2 says both, and the field reads it as part of create (#1169)
    "prestart_in_create": (("0.4.0", False), ("1.0.2", True)),
    # config.md#linux-process: what the kernel does not know MUST be an error since rc6 (until then nothing is said, and
    # create MUST fail where it cannot do as configured); 1.1 turns it into a warning
    "unknown_capability_fails": (("0.4.0", True), ("1.1.0-rc.1", False)),
    # config.md#mounts: absolute since rc3, a relative one is read from "/" since 1.2.0
    "relative_destination": (("0.4.0", True), ("1.0.0-rc3", False), ("1.2.0", True)),
    # config.md#process
    "process_optional": (("0.4.0", False), ("1.0.0-rc6", True)),
    # config.md#hooks
    "hook_timeout_positive": (("0.4.0", False), ("1.0.0-rc6", True)),
    # config-linux.md#intelrdt: both schemas in one write until 1.2.1, then one write each
    "rdt_combined": (("0.4.0", True), ("1.3.0", False)),
    # config.md#annotations
    "empty_annotation_key": (("0.4.0", True), ("1.0.0-rc4", False)),
}


def parse(text: object) -> tuple[int, int, int, int]:
    """`1.0.0-rc1`, `1.1.0-rc.2`, `1.0.2`, `1.2.1+dev` as numbers that compare (config.md#specification-version).

    A `-dev` and what follows a plus do not count; of other pre-releases those that sort before `rc` come before rc1.
    Raises Fault, which names the range, for what is missing or not SemVer.
    """
    if text is None or text == "":
        raise Fault(
            f"ociVersion is missing: config.json must name the release it complies with ({RANGE}, and v0.3.0 and older not)"
        )
    if not isinstance(text, str):
        raise Fault(f"ociVersion {text!r} is not a string ({RANGE})")
    version, plus, build = text.partition("+")
    core, dash, candidate = version.partition("-")
    numbers = core.split(".")
    labels = [
        label for given, part in ((dash, candidate), (plus, build)) if given for label in part.split(".")
    ]
    if len(numbers) != 3 or not all(map(_is_number, numbers)) or not all(map(_is_label, labels)):
        raise Fault(f"ociVersion {text!r} is not a SemVer version such as 1.3.0 ({RANGE})")
    major, minor, patch = (int(number) for number in numbers)
    return major, minor, patch, _candidate(candidate)


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) < 20 and (text == "0" or text[0] != "0")


def _is_label(text: str) -> bool:
    return text.isascii() and text.replace("-", "a").isalnum()


def _candidate(text: str) -> int:
    """Where a pre-release stands before its release. `rc1-dev` is a candidate on the way, `dev` none."""
    word = text.partition("-dev")[0].partition(".dev")[0]
    if word in ("", "dev"):
        return FINAL
    digits = word[2:].lstrip(".")
    if word.startswith("rc") and _is_number(digits):
        return min(int(digits), FINAL - 1)
    return 0 if word < "rc" else FINAL - 1


NEWEST_PARSED = (1, 3, 0, FINAL)


class Rules:
    """The rules of one release: `rules["poststart_stops"]`. A younger 1.x is read by the newest known release's rules.

    Raises Fault for a version that is malformed, older than v0.4.0, or of a higher major (config.md#specification-version).
    """

    def __init__(self, version: object) -> None:
        self.release = parse(version)
        self.version = str(version)
        # before any other work: nearly every config is of the newest release, and then nothing else is looked up
        self.is_old = self.release < NEWEST_PARSED
        if self.release < (0, 4, 0, FINAL) or self.release[0] > NEWEST_PARSED[0]:
            raise Fault(f"ociVersion {version} is not supported: {RANGE}")

    @property
    def in_development(self) -> bool:
        """Whether the config was written between two releases: it may have what the next one brings."""
        version, _, build = self.version.partition("+")
        return build == "dev" or version.endswith("-dev")

    @property
    def known(self) -> str:
        """The release that reads this config: the highest known one that is not above it."""
        if not self.is_old:
            return NEWEST
        return next(name for name in reversed(RELEASES) if parse(name) <= self.release)

    def before(self, release: str) -> bool:
        return self.is_old and self.release < parse(release)

    def __getitem__(self, name: str) -> bool:
        return bool(self.value(name))

    def value(self, name: str) -> object:
        rows = TABLE[name]
        if not self.is_old:
            return rows[-1][1]
        return next((value for since, value in reversed(rows) if parse(since) <= self.release), None)
