"""Which release a draft is compared with: a final with the last final, a candidate with whatever came last."""

import pytest

from bot.jobs.drafting import earlier
from bot.settings import Project

TAGS = ("v1.2.0", "v1.2.1", "v1.3.0-rc.1", "v1.3.0-rc.2", "v1.10.0", "latest", "v2", "spec-v1.2.9")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        pytest.param("1.3.0", "v1.2.1", id="a final skips its candidates"),
        pytest.param("1.3.0-rc.2", "v1.3.0-rc.1", id="a candidate follows the one before"),
        pytest.param("1.3.0-rc.1", "v1.2.1", id="the first candidate follows the last release"),
        pytest.param("1.4.0", "v1.2.1", id="numbers are compared as numbers"),
        pytest.param("2.0.0", "v1.10.0", id="a new major one"),
        pytest.param("1.2.0", None, id="the first of all"),
    ],
)
def test_a_draft_is_compared_with_the_release_before(version: str, expected: str | None) -> None:
    project = Project(id="P", repo="harbour/quay")
    assert earlier(project, version, dict.fromkeys(TAGS, "0" * 40)) == expected
