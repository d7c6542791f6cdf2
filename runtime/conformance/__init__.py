"""Conformance: what each release of the runtime specification asks, tried on any runtime with runc's command line."""
