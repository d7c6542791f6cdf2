"""Which releases a runtime is held to: what it claims, and nothing beyond."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime.conformance import builds, claims, host
from tests.conformance.asking import ARGS, ask
from tests.skips import skip_host, skip_tool


@pytest.mark.parametrize(
    ("features", "oldest", "newest"),
    [
        pytest.param({"ociVersionMin": "1.0.0", "ociVersionMax": "1.0.2-dev"}, "v1.0.0", "v1.0.2", id="runc 1.1: a -dev claims what it leads to"),
        pytest.param({"ociVersionMin": "1.0.0", "ociVersionMax": "1.2.1+dev"}, "v1.0.0", "v1.2.1", id="a build"),
        pytest.param({"ociVersionMin": "1.0.0", "ociVersionMax": "1.1.0-rc.1"}, "v1.0.0", "v1.1.0-rc.1", id="a candidate is itself"),
    ],
)  # fmt: skip
def test_features_are_claims(features: dict[str, str], oldest: str, newest: str) -> None:
    assert claims.stated(features) == claims.Claims(oldest, newest, "features")


@pytest.mark.parametrize(
    "features",
    [
        pytest.param({}, id="none"),
        pytest.param({"ociVersionMin": "1.0.0"}, id="half a range"),
        pytest.param({"ociVersionMin": "1.2.0", "ociVersionMax": "1.0.0"}, id="backwards"),
        pytest.param({"ociVersionMin": "one", "ociVersionMax": "two"}, id="no versions"),
        pytest.param({"ociVersionMin": 1, "ociVersionMax": None}, id="no strings"),
    ],
)
def test_features_that_are_no_range_claim_nothing(features: dict[str, Any]) -> None:
    assert claims.stated(features) is None


@pytest.mark.parametrize(
    ("tag", "holds"),
    [
        pytest.param("v1.0.0-rc6", False, id="before"),
        pytest.param("v1.0.0", True, id="the first"),
        pytest.param("v1.1.0-rc.2", True, id="a candidate within"),
        pytest.param("v1.2.1", True, id="the last"),
        pytest.param("v1.2.9", True, id="one that nobody has seen, of the last"),
        pytest.param("v1.3.0", False, id="after"),
    ],
)
def test_beyond_its_claims_a_runtime_is_held_to_nothing(tag: str, holds: bool) -> None:
    found = claims.given("v1.0.0..1.2.1")
    assert (found.hold(tag), found.beyond(tag, "harbour") == "") == (holds, holds)


@pytest.mark.parametrize(
    "text", ["v1.0.0", "..", "v1.0.0..", "one..two", "v1.2.0..v1.0.0", "", "v1.0.0...v1.1.0"]
)
def test_claims_that_are_no_range_are_a_wrong_request(text: str) -> None:
    with pytest.raises(claims.WrongClaims):
        claims.given(text)


def containing(words: str) -> Callable[[str], bool]:
    return lambda version: words in version


@pytest.mark.parametrize(
    ("told", "takes", "newest"),
    [
        pytest.param("crun version 1.8.1\nspec: 1.0.0\n", containing("1.0"), "v1.0.2", id="crun 1.8.1: the minor version of its spec line, as far as it takes it"),
        pytest.param("x 1\nspec: 1.0.2-dev", lambda version: version == "1.0.0", "v1.0.0", id="it takes less than that"),
        pytest.param("x 1", containing("1."), "v1.3.0", id="it says nothing and takes everything"),
        pytest.param("x 1", lambda version: False, "v1.3.0", id="it takes nothing: held to all, so that its failures are seen"),
    ],
)  # fmt: skip
def test_a_runtime_without_features_is_probed(told: str, takes: Callable[[str], bool], newest: str) -> None:
    assert claims.probe(told, takes) == claims.Claims("v1.0.0", newest, "probing")


@pytest.fixture
def root_only() -> None:
    if lacking := host.lacking("root"):
        skip_host("no-root", lacking)


@pytest.mark.usefixtures("root_only")
@pytest.mark.parametrize(("runtime", "build", "told"), [("runc", "", "features"), ("crun", "", "probing")])
def test_installed_peers_are_shown_exactly_and_held_to_v1_0(runtime: str, build: str, told: str) -> None:
    skip_tool(runtime)
    said = ask("--runtime", runtime, "--case", ARGS, "--release", "v1.0.2", "--release", "v1.1.0", "--release", "v1.0.0-rc6", "--json")  # fmt: skip
    found = said.document["runtime"]
    if found["claims"] != {"min": "v1.0.0", "max": "v1.0.2", "from": told}:
        pytest.fail(f"{found['version']} claims {found['claims']}: is it another version than the table's?")
    assert [each["outcome"] for each in said.results] == ["passed", "not-claimed", "not-claimed"]
    assert (found["name"], found["build"] != "", found["digest"].startswith("sha256:")) == (
        runtime,
        True,
        True,
    )


@pytest.mark.usefixtures("root_only")
def test_claims_that_are_given_count_alone() -> None:
    skip_tool("runc")
    said = ask("--runtime", "runc", "--claims", "v1.1.0..v1.3.0", "--case", ARGS, "--release", "v1.0.2", "--release", "v1.3.0", "--json")  # fmt: skip
    assert [each["outcome"] for each in said.results] == ["not-claimed", "passed"]
    assert "--claims v1.1.0..v1.3.0" in said.results[1]["repeat"]


REFUSES = "#!/bin/sh\n[ \"$1\" = --version ] && { echo pier 1.0; exit 0; }\necho 'no pier here' >&2; exit 1\n"


@pytest.mark.usefixtures("root_only")
def test_who_refuses_the_plainest_bundle_has_refused_nothing_else_for_its_own_sake(tmp_path: Path) -> None:
    pier = tmp_path / "pier"
    pier.write_text(REFUSES)
    pier.chmod(0o755)
    said = ask("--runtime", pier, "--release", "v1.0.2", "--case", ARGS, "--case", "mounts/relative-masked-paths-are-an-error", "--json")  # fmt: skip
    outcomes = {each["case"]: (each["outcome"], each["counted"]) for each in said.results}
    assert outcomes["mounts/relative-masked-paths-are-an-error"] == ("skipped", False)
    assert outcomes[ARGS] == ("failed", False)


def test_a_change_of_a_runtime_is_seen(tmp_path: Path) -> None:
    program = tmp_path / "pier"
    program.write_text("#!/bin/sh\n")
    before = builds.of([str(program)], "pier version 1.0\ncommit: abc", False)
    program.write_text("#!/bin/sh\n#\n")
    after = builds.of([str(program)], "pier version 1.0\ncommit: abc", False)
    assert (before.name, before.build) == ("pier", "abc")
    assert (before.digest == after.digest, before.fingerprint == after.fingerprint) == (False, False)
    option = builds.of([str(program), "--systemd-cgroup"], "pier version 1.0\ncommit: abc", False)
    assert (option.digest == after.digest, option.fingerprint == after.fingerprint) == (True, False)
