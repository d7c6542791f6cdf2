"""What releases do otherwise, seen on the kernel on both sides of each border: one function looks, one row says what is to be seen."""

import os
from collections.abc import Callable

import pytest

from tests.runtime import sights as see
from tests.runtime.conftest import Yard
from tests.skips import skip_host

FROM_HERE, OWN = {"/ID"}, {"/refrun/ID"}
BORDERS: list[tuple[Callable[[see.Sight], object], str, object, str, object]] = [
    # what looks, the last version of the old rule, what is seen there, the first of the new one, what is seen there
    (see.start_with_a_bundle, "0.5.0", "accepted", "1.0.0-rc1", "refused"),
    (see.stop_of_running, "0.5.0", ("accepted", "gone"), "1.0.0-rc1", ("refused", "there")),
    (see.exec_in_created, "0.5.0", "refused", "1.0.0-rc1", "accepted"),
    (see.status_and_annotations, "0.5.0", [], "1.0.0-rc1", ["annotations", "status"]),
    (see.bundle_key, "1.0.0-rc4", ["bundlePath"], "1.0.0-rc5", ["bundle"]),
    (see.pid_of_what_has_ended, "1.0.0-rc3", 0, "1.0.0-rc4", None),
    (see.version_in_the_state, "1.0.1+a", "1.0.1+a", "1.0.2+a", "1.0.2"),
    (see.pid_for_a_hook_inside, "1.0.2", "the host's", "1.1.0-rc.1", "the container's"),
    (see.kill_of_created, "0.5.0", "accepted", "1.0.0-rc1", "refused"),
    (see.kill_of_created, "1.0.0-rc5", "refused", "1.0.0-rc6", "accepted"),
    (see.delete_of_created, "1.0.0-rc5", "accepted", "1.0.0-rc6", "refused"),
    (see.poststart_that_fails, "0.5.0", ("refused", "gone"), "1.0.0-rc1", ("accepted", "there")),
    (see.poststart_that_fails, "1.2.1", ("accepted", "there"), "1.3.0", ("refused", "gone")),
    (see.prestart_in_create, "1.0.1", [], "1.0.2", ["ran"]),
    (see.unknown_capability, "1.0.2", "refused", "1.1.0-rc.1", "accepted"),
    (see.capability_array, "1.0.0-rc4", [32, 32, 32, 32, 0], "1.0.0-rc5", "refused"),
    (see.relative_destination, "1.0.0-rc2", "accepted", "1.0.0-rc3", "refused"),
    (see.relative_destination, "1.1.0", "refused", "1.2.0", "accepted"),
    (see.mount_without_type, "1.0.0-rc4", "refused", "1.0.0-rc5", "accepted"),
    (see.no_process, "1.0.0-rc5", "refused", "1.0.0-rc6", "accepted"),
    (see.timeout_is_kept, "0.4.0", "accepted", "0.5.0", "refused"),
    (see.timeout_of_zero, "1.0.0-rc5", "accepted", "1.0.0-rc6", "refused"),
    (see.empty_annotation_key, "1.0.0-rc3", "accepted", "1.0.0-rc4", "refused"),
    (see.absolute_root, "0.5.0", "refused", "1.0.0-rc1", "accepted"),
    (see.missing_platform, "1.0.0-rc4", "accepted", "1.0.0-rc5", "refused"),
    (see.missing_platform, "1.0.0-rc5", "refused", "1.0.0-rc6", "accepted"),
    (see.variable_with_a_dot, "1.0.0-rc3", "refused", "1.0.0-rc4", "accepted"),
    (see.duplicate_limits, "1.0.0-rc3", "200", "1.0.0-rc4", "refused"),
    (see.umask, "1.0.1", "0022", "1.0.2", "0077"),
    (see.oom_score, "1.0.0-rc5", "77", "1.0.0-rc6", "88"),
    (see.duplicate_namespaces, "1.0.0-rc2", "the last", "1.0.0-rc3", "refused"),
    (see.namespace_path_from_here, "1.0.0-rc5", "accepted", "1.0.0-rc6", "refused"),
    (see.hostname_in_a_joined_namespace, "1.0.0-rc3", "refused", "1.0.0-rc4", "accepted"),
    (see.mappings_without_a_namespace, "1.0.0-rc1", "accepted", "1.0.0-rc2", "refused"),
    (see.mappings_without_a_namespace, "1.0.0-rc3", "refused", "1.0.0-rc4", "accepted"),
    (see.cgroup_namespace, "0.5.0", "refused", "1.0.0-rc1", "accepted"),
    (see.time_namespace, "1.1.0-rc.1", "refused", "1.1.0-rc.2", "accepted"),
    (see.unbindable_root, "1.0.0-rc5", "refused", "1.0.0-rc6", "accepted"),
    (see.log_action, "1.0.1", "refused", "1.0.2", "accepted"),
    (see.masked_path, "0.4.0", "hidden", "0.5.0", ""),
    (see.relative_masked_path, "1.0.0-rc2", "", "1.0.0-rc3", "refused"),
    (see.console, "1.0.0-rc2", "2180 5:1", "1.0.0-rc3", "missing"),
    (see.default_file_systems, "1.0.0-rc4", ["/proc", "/sys", "/dev/pts", "/dev/shm"], "1.0.0-rc5", ["/proc"]),
    (see.place_of_a_relative_group, "1.0.0-rc1", FROM_HERE, "1.0.0-rc2", OWN),
    (see.unlimited_memory, "1.0.0-rc3", "refused", "1.0.0-rc4", "accepted"),
    (see.unlimited_memory, "1.0.0-rc5", "refused", "1.0.0-rc6", "accepted"),
    (see.largest_memory, "1.0.0-rc3", "accepted", "1.0.0-rc4", "refused"),
    (see.largest_memory, "1.0.0-rc5", "accepted", "1.0.0-rc6", "refused"),
    (see.oom_killer, "1.0.0-rc6", "oom_kill_disable 1", "1.0.0", "oom_kill_disable 0"),
    (see.pids_without_limit, "1.2.1", "refused", "1.3.0", "accepted"),
    (see.denied_call, "1.0.0-rc4", "denied", "1.0.0-rc5", "read"),
]  # fmt: skip
IDS = [f"{look.__name__.replace('_', ' ')}: v{old} and v{new}" for look, old, _, new, _ in BORDERS]
NEED_ROOT = (
    see.exec_in_created,
    see.duplicate_namespaces,
    see.namespace_path_from_here,
    see.hostname_in_a_joined_namespace,
    see.place_of_a_relative_group,
    see.unlimited_memory,
    see.largest_memory,
    see.oom_killer,
    see.mappings_without_a_namespace,
    see.console,
)


@pytest.mark.parametrize(("look", "older", "before", "newer", "after"), BORDERS, ids=IDS)
def test_each_side_of_a_border_is_as_its_release_says(
    yard: Yard, look: Callable[[see.Sight], object], older: str, before: object, newer: str, after: object
) -> None:
    if look in NEED_ROOT and os.geteuid() != 0:
        skip_host("no-root", f"euid is {os.geteuid()}")
    assert (look(see.Sight(yard, older)), look(see.Sight(yard, newer))) == (before, after)
