"""The releases of the runtime specification that can be run, in order, and ranges of them."""

TAGS: tuple[str, ...] = (
    "v0.4.0", "v0.5.0", "v1.0.0-rc1", "v1.0.0-rc2", "v1.0.0-rc3", "v1.0.0-rc4", "v1.0.0-rc5", "v1.0.0-rc6", "v1.0.0", "v1.0.1", "v1.0.2",
    "v1.1.0-rc.1", "v1.1.0-rc.2", "v1.1.0-rc.3", "v1.1.0", "v1.2.0", "v1.2.1", "v1.3.0",
)  # fmt: skip
FIRST, NEWEST = TAGS[0], TAGS[-1]


class UnknownRelease(Exception):
    """A tag that is no version, or one before the first that can be run; the text says which are known."""


def position(tag: str) -> int:
    """The place of a release in TAGS; one that Tallyman has never seen stands where its nearest ancestor does."""
    return TAGS.index(nearest(tag))


def nearest(tag: str) -> str:
    """The release itself if it is known, else the newest one before it. UnknownRelease if there is none."""
    if tag in TAGS:
        return tag
    from runtime.conformance.requirements.history import order  # only what is unknown has to be compared

    try:
        before = [known for known in TAGS if order(known) <= order(tag)]
    except ValueError:
        before = []
    if not before:
        raise UnknownRelease(f"there is no release {tag} to run; known are {', '.join(TAGS)}")
    return before[-1]


def within(tag: str, since: str, until: str) -> bool:
    """Whether a release lies in the range, both ends included; up to NEWEST is up to whatever comes."""
    return position(since) <= position(tag) and (until == NEWEST or position(tag) <= position(until))


def add(tag: str) -> None:
    """Takes in a release that a specification's own repository describes."""
    global TAGS
    from runtime.conformance.requirements.history import order

    TAGS = tuple(sorted({*TAGS, tag}, key=order))


def version(tag: str) -> str:
    """The `ociVersion` of a release."""
    return tag.removeprefix("v")
