"""The facts, as frozen values: what a meeting, a tracker, a conformance run and a release are."""
