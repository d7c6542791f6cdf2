"""Reads the world: GitHub, and the conformance runner."""
