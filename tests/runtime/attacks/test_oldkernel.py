"""Where the newer mount calls are missing, the container is the same one, or one sentence says what cannot be."""

from dataclasses import replace

import pytest

from runtime.conformance.bundles import Bundle
from runtime.conformance.trial import Report
from tests.runtime.attacks import oldkernel
from tests.runtime.attacks.attack import only_root
from tests.runtime.conftest import Yard


def bundle_with_mounts(yard: Yard) -> Bundle:
    """Binds with many options, a read-only root, masked and read-only paths, a tmpfs that is filled and then closed."""
    bundle = yard.trial.bundle().args("report")
    given = bundle.folder / "given"
    (given / "below").mkdir(parents=True)
    (given / "file").write_text("given")
    (bundle.rootfs / "tmp" / "old").write_text("old")
    bundle.mount("/read-only", "bind", str(given), "rbind", "ro", "nosuid", "nodev", "noexec")
    bundle.mount("/file", "bind", str(given / "file"), "bind", "ro", "noatime")
    bundle.mount("/kept", "bind", str(given / "below"), "bind", "noexec")
    bundle.mount("/plain", "bind", str(given), "bind", "rprivate")
    bundle.mount("/diratime", "bind", str(given), "bind", "nodiratime", "strictatime", "nosymfollow")
    bundle.mount("/tmp", "tmpfs", "tmpfs", "tmpcopyup", "ro")
    bundle.config["root"]["readonly"] = True
    bundle.linux["maskedPaths"] = ["/proc/kcore", "/tmp/old", "/nowhere"]
    bundle.linux["readonlyPaths"] = ["/proc/sys", "/journal"]
    return bundle.write()


def mounts(yard: Yard, bundle: Bundle) -> list[tuple[str, str, str]]:
    """(place, options, type) of each mount, in order, as the container sees them; one source has a mount below it."""
    only_root()
    below = f'mount -t tmpfs -o nosuid,nodev,noatime below {bundle.folder}/given/below && exec "$@"'
    nested = replace(yard, refrun=["unshare", "-m", "sh", "-c", below, "sh", *yard.refrun])
    answer = nested.call("run", "--bundle", str(bundle.folder), yard.trial.new_id())
    assert answer.ok, answer.err
    found = []
    for line in Report(answer.out)["mountinfo"].splitlines():
        before, _, after = line.partition(" - ")
        found.append((before.split()[4], before.split()[5], after.split()[0]))
    return found


@pytest.mark.parametrize("kernel", oldkernel.KINDS)
def test_the_container_s_mounts_are_the_same(yard: Yard, kernel: str) -> None:
    bundle = bundle_with_mounts(yard)
    new = mounts(yard, bundle)
    assert [options.split(",")[0] for place, options, _ in new if place in ("/", "/read-only", "/file")] == ["ro"] * 3  # fmt: skip
    assert mounts(replace(yard, refrun=oldkernel.on(kernel, yard.refrun)), bundle) == new


@pytest.mark.parametrize("kernel", ["before-5.12", "before-5.2", "filter-of-old"])
@pytest.mark.parametrize("option", ["rro", "rnosuid", "rnoexec"])
def test_what_an_old_kernel_cannot_do_is_one_sentence(yard: Yard, kernel: str, option: str) -> None:
    bundle = yard.trial.bundle().args("exit", "0")
    bundle.mount("/bound", "bind", str(bundle.journal), "rbind", option)
    bundle.write()
    old = replace(yard, refrun=oldkernel.on(kernel, yard.refrun))
    answer = old.call("run", "--bundle", str(bundle.folder), yard.trial.new_id())
    assert (answer.code, "Linux 5.12" in answer.err, answer.err.count("\n")) == (1, True, 1), answer.err
    assert yard.call("run", "--bundle", str(bundle.folder), yard.trial.new_id()).ok
