"""The local GitHub for this room's tests."""

from tests.hubs import hub, running

__all__ = ["hub", "running"]
