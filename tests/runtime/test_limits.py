"""linux.resources as files and values, on both versions; what no hierarchy here has is a fault. Not run on this kernel: version 2."""

from typing import Any

import pytest

from runtime import limits
from runtime.faults import Fault

V1 = {"memory", "cpu", "cpuset", "blkio", "pids", "hugetlb", "rdma", "net_cls", "net_prio"}
V2 = {"memory", "cpu", "cpuset", "io", "pids", "hugetlb", "rdma"}
DEVICE = {"major": 8, "minor": 16}

BOTH = [  # resources, on version 1, on version 2
    ({"memory": {"limit": 1 << 20}}, "memory.limit_in_bytes=1048576", "memory.max=1048576"),
    ({"memory": {"limit": -1}}, "memory.limit_in_bytes=-1", "memory.max=max"),
    ({"memory": {"limit": 100, "swap": 150}}, "memory.limit_in_bytes=100 memory.memsw.limit_in_bytes=150", "memory.max=100 memory.swap.max=50"),
    ({"memory": {"limit": 100, "swap": 100}}, "memory.limit_in_bytes=100 memory.memsw.limit_in_bytes=100", "memory.max=100 memory.swap.max=0"),
    ({"memory": {"swap": -1}}, "memory.memsw.limit_in_bytes=-1", "memory.swap.max=max"),
    ({"memory": {"reservation": 7}}, "memory.soft_limit_in_bytes=7", "memory.low=7"),
    ({"memory": {"swappiness": 0}}, "memory.swappiness=0", ""),
    ({"memory": {"disableOOMKiller": False, "useHierarchy": False}}, "", ""),
    ({"cpu": {"shares": 1024}}, "cpu.shares=1024", "cpu.weight=39"),
    ({"cpu": {"shares": 2}}, "cpu.shares=2", "cpu.weight=1"),
    ({"cpu": {"shares": 262144}}, "cpu.shares=262144", "cpu.weight=10000"),
    ({"cpu": {"quota": 5000, "period": 10000}}, "cpu.cfs_period_us=10000 cpu.cfs_quota_us=5000", "cpu.max=5000 10000"),
    ({"cpu": {"quota": 5000}}, "cpu.cfs_quota_us=5000", "cpu.max=5000 100000"),
    ({"cpu": {"quota": -1}}, "cpu.cfs_quota_us=-1", "cpu.max=max 100000"),
    ({"cpu": {"period": 10000}}, "cpu.cfs_period_us=10000", "cpu.max=max 10000"),
    ({"cpu": {"burst": 900}}, "cpu.cfs_burst_us=900", "cpu.max.burst=900"),
    ({"cpu": {"idle": 1}}, "cpu.idle=1", "cpu.idle=1"),
    ({"cpu": {"cpus": "0-1", "mems": "0"}}, "cpuset.cpus=0-1 cpuset.mems=0", "cpuset.cpus=0-1 cpuset.mems=0"),
    ({"pids": {"limit": 0}}, "pids.max=0", "pids.max=0"),
    ({"pids": {"limit": -1}}, "pids.max=max", "pids.max=max"),
    ({"hugepageLimits": [{"pageSize": "2MB", "limit": 4}]}, "hugetlb.2MB.rsvd.limit_in_bytes?=4 hugetlb.2MB.limit_in_bytes=4", "hugetlb.2MB.rsvd.max?=4 hugetlb.2MB.max=4"),
    ({"rdma": {"mlx5_1": {"hcaHandles": 3, "hcaObjects": 1000}}}, "rdma.max=mlx5_1 hca_handle=3 hca_object=1000", "rdma.max=mlx5_1 hca_handle=3 hca_object=1000"),
    ({"blockIO": {"weight": 10}}, "blkio.weight|blkio.bfq.weight=10", "io.bfq.weight|io.weight=10"),
    ({"blockIO": {"weightDevice": [{**DEVICE, "weight": 500}]}}, "blkio.weight_device|blkio.bfq.weight_device=8:16 500", "io.bfq.weight|io.weight=8:16 500"),
    ({"blockIO": {"throttleReadBpsDevice": [{**DEVICE, "rate": 9}]}}, "blkio.throttle.read_bps_device=8:16 9", "io.max=8:16 rbps=9"),
    ({"blockIO": {"throttleWriteBpsDevice": [{**DEVICE, "rate": 9}]}}, "blkio.throttle.write_bps_device=8:16 9", "io.max=8:16 wbps=9"),
    ({"blockIO": {"throttleReadIOPSDevice": [{**DEVICE, "rate": 9}]}}, "blkio.throttle.read_iops_device=8:16 9", "io.max=8:16 riops=9"),
    ({"blockIO": {"throttleWriteIOPSDevice": [{**DEVICE, "rate": 9}]}}, "blkio.throttle.write_iops_device=8:16 9", "io.max=8:16 wiops=9"),
    ({}, "", ""),
]  # fmt: skip


def words(settings: list[tuple[str, str, str]]) -> str:
    return " ".join(f"{file}={value}" for _, file, value in settings)


@pytest.mark.parametrize(("resources", "old", "new"), BOTH, ids=[str(row[0]) for row in BOTH])
def test_a_limit_is_these_files_and_values(resources: dict[str, Any], old: str, new: str) -> None:
    assert words(limits.plan(resources, V1, None)) == old
    if new or not old:
        assert words(limits.plan(resources, set(), V2)) == new


@pytest.mark.parametrize(
    ("resources", "version1", "version2", "said"),
    [
        pytest.param({"memory": {"limit": 1}}, {"cpu"}, None, "asks for memory.limit_in_bytes, but this host has no memory", id="no such controller"),
        pytest.param({"network": {"classID": 7}}, set(), V2, "net_cls.classid, but this host has no net_cls", id="version 1 only"),
        pytest.param({"network": {"priorities": [{"name": "eth0", "priority": 1}]}}, set(), V2, "net_prio", id="priorities on version 2"),
        pytest.param({"memory": {"swappiness": 5}}, set(), V2, "memory.swappiness has no equal", id="swappiness on version 2"),
        pytest.param({"memory": {"disableOOMKiller": True}}, set(), V2, "disableOOMKiller has no equal", id="no OOM killer on version 2"),
        pytest.param({"memory": {"swap": 5}}, set(), V2, "memory.swap needs memory.limit", id="swap alone on version 2"),
        pytest.param({"memory": {"limit": 9, "swap": 5}}, set(), V2, "is below memory.limit", id="less swap than memory"),
        pytest.param({"cpu": {"realtimeRuntime": 5}}, set(), V2, "realtimeRuntime", id="real time on version 2"),
        pytest.param({"blockIO": {"leafWeight": 5}}, set(), V2, "leafWeight", id="leaf weight on version 2"),
        pytest.param({"unified": {"memory.max": "1"}}, V1, None, "needs cgroup version 2", id="unified on version 1"),
        pytest.param({"unified": {"misc.max": "1"}}, set(), V2, "no misc controller", id="unified of a controller that is not here"),
        pytest.param({"unified": {"../memory.max": "1"}}, set(), V2, "no  controller", id="unified out of the group"),
        pytest.param({"hugepageLimits": [{"pageSize": "2mb", "limit": 1}]}, V1, None, "'2mb' is not a size", id="a page size in small letters"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_a_fault(
    resources: Any, version1: set[str], version2: set[str] | None, said: str
) -> None:
    with pytest.raises(Fault) as fault:
        limits.plan(resources, version1, version2)
    assert said in str(fault.value)


def test_a_controller_on_version_1_is_used_there_and_the_others_on_version_2() -> None:
    resources = {"pids": {"limit": 5}, "hugepageLimits": [{"pageSize": "2MB", "limit": 4}]}
    assert limits.plan(resources, {"pids"}, {"hugetlb"}) == [
        ("pids", "pids.max", "5"), ("", "hugetlb.2MB.rsvd.max?", "4"), ("", "hugetlb.2MB.max", "4"),
    ]  # fmt: skip


def test_unified_is_written_as_it_stands() -> None:
    assert limits.plan({"unified": {"memory.high": "max", "cgroup.max.depth": "3"}}, set(), V2) == [
        ("", "memory.high", "max"), ("", "cgroup.max.depth", "3"),
    ]  # fmt: skip
