"""What a release asks the runtime to do otherwise, in one table; a config's `ociVersion` chooses the column.

How releases spell their configs is in dialects.py.
"""

from runtime.faults import Fault

FINAL = 1000  # where a release candidate has its number, so that rc1 < rc.2 < final
OLDEST = (1, 0, 0, 1)
NEWEST = "1.3.0"

# property -> ((first release, value), ...) in order; the last row that is not younger than the config counts.
TABLE = {
    # runtime.md#state
    "bundle_key": (("1.0.0-rc1", "bundlePath"), ("1.0.0-rc5", "bundle")),
    "status_creating": (("1.0.0-rc1", False), ("1.0.0-rc5", True)),
    # config.md#posix-platform-hooks: rc1 to rc4 log a failed poststart, then a warning, 1.3.0 stops the container
    "poststart_stops": (("1.0.0-rc1", False), ("1.3.0", True)),
    # Until 1.0.1 prestart runs after `start` was called; 1.0.2 says both, and the field reads it as part of create (#1169)
    "prestart_in_create": (("1.0.0-rc1", False), ("1.0.2", True)),
    # config-linux.md: rc6 to 1.0.2 a capability the kernel does not know MUST be an error; 1.1 turns it into a warning
    "unknown_capability_fails": (("1.0.0-rc1", True), ("1.1.0-rc.1", False)),
    # config.md#mounts: absolute since rc3, a relative one is read from "/" since 1.2.0
    "relative_destination": (("1.0.0-rc1", True), ("1.0.0-rc3", False), ("1.2.0", True)),
    "process_optional": (("1.0.0-rc1", False), ("1.0.0-rc6", True)),
    "hook_timeout_positive": (("1.0.0-rc1", False), ("1.0.0-rc6", True)),
    # config-linux.md#intelrdt: both schemas in one write until 1.2.1, then one write each
    "rdt_combined": (("1.0.0-rc1", True), ("1.3.0", False)),
}


def parse(text: object) -> tuple[int, int, int, int]:
    """`1.0.0-rc1`, `1.1.0-rc.2`, `1.0.2`, `1.2.1+dev` as numbers that compare. Raises Fault.

    See config.md#specification-version.
    """
    if not isinstance(text, str) or not text:
        raise Fault(
            "ociVersion is missing: config.json must name the release it complies with, such as 1.3.0"
        )
    core, _, candidate = text.partition("+")[0].partition("-")
    numbers = core.split(".")
    if len(numbers) != 3 or not all(number.isdecimal() for number in numbers) or not text.isascii():
        raise Fault(f"ociVersion {text!r} is not a SemVer version such as 1.3.0")
    last = FINAL
    if candidate.startswith("rc"):
        digits = candidate[2:].lstrip(".")
        if not digits.isdecimal():
            raise Fault(f"ociVersion {text!r} is not a SemVer version such as 1.0.0-rc5")
        last = int(digits)
    elif candidate not in ("", "dev"):
        raise Fault(f"ociVersion {text!r} is not a release of the specification")
    major, minor, patch = (int(number) for number in numbers)
    return major, minor, patch, last


class Rules:
    """The rules of one release: `rules["poststart_stops"]`. A younger 1.x is read by the newest known release's rules.

    Raises Fault for a version that is malformed, older than the first candidate of 1.0.0, or of a higher major.

    See config.md#specification-version.
    """

    def __init__(self, version: object) -> None:
        self.version = str(version)
        self.release = parse(version)
        if self.release < OLDEST or self.release[0] > parse(NEWEST)[0]:
            raise Fault(
                f"ociVersion {version} is not supported: refrun takes 1.0.0-rc1 to {NEWEST} and later 1.x"
            )

    @property
    def is_old(self) -> bool:
        """Whether the config may be spelled in another way than the newest release's."""
        return self.release < parse(NEWEST)

    def __getitem__(self, name: str) -> bool:
        return bool(self.value(name))

    def value(self, name: str) -> object:
        found: object = None
        for since, value in TABLE[name]:
            if parse(since) <= self.release:
                found = value
        return found
