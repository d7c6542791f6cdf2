"""A session keyring of the container's own, so that it cannot use the keys of whoever started it (keyrings(7))."""

from __future__ import annotations

from runtime import syscalls
from runtime.faults import Fault


def join(id_: str) -> None:
    """Joins the container's session keyring, made where it is missing. A kernel without keys needs none."""
    try:
        syscalls.keyctl_join_session_keyring(f"_ses.{id_}")
    except (OSError, Fault):
        pass  # ENOSYS, no number known, or a quota or filter that forbids it: nothing of the caller's is handed on for that
