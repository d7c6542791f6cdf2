"""The commands, one file each: the first words of its docstring are its synopsis, `command` is what it does."""

NAMES = (
    "create", "start", "run", "state", "kill", "delete", "stop", "exec", "list", "ps", "pause", "resume", "update",
    "events", "features", "spec", "validate",
)  # fmt: skip
