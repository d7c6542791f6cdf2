"""Network devices (config-linux.md#network-devices): moved in with all they have, and never moved back. In networks of their own."""

from runtime.conformance.declare import case
from runtime.conformance.network import devices_here, in_a_network_of_its_own, make_device, mtu_inside, names
from runtime.conformance.trial import Trial

ANCHOR = "config-linux.md#network-devices"
ADDRESS = "10.9.8.7"


@case(ANCHOR, since="v1.3.0", needs=("root",))
def a_device_is_moved_with_all_it_has(t: Trial) -> None:
    """netDevices (since v1.3.0): the device is inside under its new name, up, with its MTU and its address, and gone outside."""

    def work() -> None:
        make_device("crane0", 1400, ADDRESS)
        bundle = t.bundle()
        bundle.mount("/sys", "sysfs", "sysfs")
        bundle.linux["netDevices"] = {"crane0": {"name": "winch7"}}
        container = t.running(bundle)
        inside = names(container.proc("net/dev"))
        t.check("winch7" in inside, f"winch7 is not among the container's devices: {inside}")
        t.check("crane0" not in devices_here(), "crane0 is still outside")
        t.check(ADDRESS in container.proc("net/fib_trie"), f"the address {ADDRESS} was lost")
        t.check("winch7" in container.proc("net/route"), "the device is not up: there is no route over it")
        mtu = t.runtime.call("exec", container.id, "/probe", "cat", "/sys/class/net/winch7/mtu").out.strip()
        t.equal("MTU", mtu, "1400")

    in_a_network_of_its_own(work)


@case(ANCHOR, since="v1.3.0", needs=("root",))
def a_name_that_is_taken_is_an_error(t: Trial) -> None:
    """A name that a device of the container has MUST be an error, unless it is a template with %d."""

    def work() -> None:
        make_device("crane0", 1400, ADDRESS)
        taken = t.bundle()
        taken.linux["netDevices"] = {"crane0": {"name": "lo"}}
        t.refused(t.run(taken), "a second device called lo")
        t.check("crane0" in devices_here(), "crane0 did not stay outside")
        template = t.bundle()
        template.linux["netDevices"] = {"crane0": {"name": "hook%d"}}
        container = t.running(template)
        t.equal(
            "devices inside",
            [name for name in names(container.proc("net/dev")) if name.startswith("hook")],
            ["hook0"],
        )

    in_a_network_of_its_own(work)


@case(ANCHOR, since="v1.3.0", needs=("root",))
def a_device_that_is_not_there_is_an_error(t: Trial) -> None:
    """A device that cannot be moved MUST be an error."""

    def work() -> None:
        bundle = t.bundle()
        bundle.linux["netDevices"] = {"planet0": {}}
        t.refused(t.run(bundle), "a network device that there is not")

    in_a_network_of_its_own(work)


@case("config-linux.md#namespace-lifecycle-and-container-termination", since="v1.3.0", needs=("root",))
def a_device_stays_in_the_namespace_it_went_to(t: Trial) -> None:
    """The runtime MUST NOT move a device out again: in a namespace that lives on, it is still there after delete."""

    def work() -> None:
        make_device("crane0", 1400, ADDRESS)
        keeper = t.running(t.bundle())
        bundle = t.bundle()
        for each in bundle.linux["namespaces"]:
            if each["type"] == "network":
                each["path"] = f"/proc/{keeper.pid}/ns/net"
        bundle.linux["netDevices"] = {"crane0": {}}
        container = t.running(bundle)
        t.check("crane0" in names(container.proc("net/dev")), "crane0 is not inside")
        container.kill("KILL")
        t.soon("it stops", lambda: container.status == "stopped")
        t.accepted(container.delete(), "delete")
        t.check("crane0" in names(keeper.proc("net/dev")), "crane0 is no longer in the namespace")
        t.check("crane0" not in devices_here(), "crane0 is outside again")

    in_a_network_of_its_own(work)


@case("config-linux.md#namespace-lifecycle-and-container-termination", since="v1.3.0", needs=("root",))
def what_the_container_makes_of_a_device_stays(t: Trial) -> None:
    """The runtime MUST NOT manage a device inside: an MTU that was set there holds through start, kill and delete."""

    def work() -> None:
        make_device("crane0", 1400, ADDRESS)
        keeper = t.running(t.bundle())
        bundle = t.bundle().args("stay")
        for each in bundle.linux["namespaces"]:
            if each["type"] == "network":
                each["path"] = f"/proc/{keeper.pid}/ns/net"
        bundle.linux["netDevices"] = {"crane0": {}}
        container = t.created(bundle)
        t.check("crane0" in names(keeper.proc("net/dev")), "crane0 is not inside after create")
        t.equal("MTU, set inside", mtu_inside(keeper.pid, "crane0", 1300), 1300)
        t.accepted(container.start(), "start")
        t.soon("the program runs", lambda: "staying" in bundle.lines())
        t.equal("MTU after start", mtu_inside(keeper.pid, "crane0"), 1300)
        t.accepted(container.kill("KILL"), "kill")
        t.soon("it stops", lambda: container.status == "stopped")
        t.accepted(container.delete(), "delete")
        t.equal("MTU after delete", mtu_inside(keeper.pid, "crane0"), 1300)

    in_a_network_of_its_own(work)
