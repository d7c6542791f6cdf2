"""The one error refrun answers in words; its text is what a caller reads on stderr and in the log."""


class Fault(Exception):
    """A request that cannot be carried out, or a property that cannot be applied. `code` is what refrun then exits with."""

    code = 1
