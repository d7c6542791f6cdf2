"""Which suite this is: the digest of everything that decides what a case does and what it covers."""

import hashlib
from functools import cache
from pathlib import Path

from runtime.conformance.rootfs import Source

HERE = Path(__file__).resolve().parent
PARTS = (  # not how results are shown, nor what is known of failures: those are put on anew
    "cases/*.py", "releases/*.toml", "covers.toml", "requirements/history.py", "releases/__init__.py",
    *(f"{name}.py" for name in ("bundles", "bygone", "declare", "driver", "host", "network", "rootfs", "runner", "attempt", "trial")),
)  # fmt: skip


@cache
def digest(source: Source) -> str:
    """`sha256:...`; same suite, same digest."""
    total = hashlib.sha256(source.kind.encode())
    for path in sorted(path for pattern in PARTS for path in HERE.glob(pattern)):
        total.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    if source.busybox:
        total.update(hashlib.sha256(Path(source.busybox).read_bytes()).digest())
    return f"sha256:{total.hexdigest()}"
