"""The sample community's code as far as releases are about it: files, tags, a release's commits, its checks and its vote."""

from datetime import datetime, timedelta

from bot.demo.github.store import Store
from bot.judgement.subjects import shown

VERSION = """\
package specs

const (
\tVersionMajor = {major}
\tVersionMinor = {minor}
\tVersionPatch = {patch}
\tVersionDev = "{dev}"
)
"""
README = """\
# Quayside's runtime specification

## Meetings

Every Wednesday at 16:00 UTC in #quayside.
"""
OLD = """\
Changes with v1.2.1:

\tMinor fixes:

\t* config: say who owns a mount's target (#21)
\t* runtime: a stopped container keeps its id (#23)

Changes with v1.2.0:

\tAdditions:

\t* config: time namespaces (#14)
"""
NEW = """\
Changes with v1.3.0:

\tAdditions:

\t* config: network devices (#38)
\t* config: the memory policy's node list

"""


def lay(store: Store, repo: str, people: tuple[str, ...], epoch: datetime) -> None:
    """The branch with its history, two releases that have landed, and what the branch asks of a pull request."""

    def ago(days: float) -> datetime:
        return epoch - timedelta(days=days)

    roster = "".join(f"{name.title()} <{name}@quayside.example> (@{name})\n" for name in people)
    store.add_file(repo, "MAINTAINERS", roster, at=ago(890))
    store.add_file(
        repo, "CODEOWNERS", "* " + " ".join(f"@{name}" for name in people[:-1]) + "\n", at=ago(889)
    )
    store.add_file(repo, "README.md", README, at=ago(880))
    store.add_file(repo, "ChangeLog", OLD, at=ago(201))
    store.add_file(repo, "specs-go/version.go", version(1, 2, 1, "+dev"), at=ago(199))
    for tag, numbers, days in (("v1.2.0", (1, 2, 0), 500), ("v1.2.1", (1, 2, 1), 200)):
        files = {"ChangeLog": OLD, "specs-go/version.go": version(*numbers, "")}
        commit = store.add_commit(repo, f"version: {tag}", by="ada", at=ago(days + 8), files=files)
        store.add_tag(repo, tag, commit["sha"], by="ada", at=ago(days))
        page = f"Voted +4 -0 #2, see #{days // 20}."
        store.add_release(repo, tag, page, f"spec-{tag}.pdf", f"spec-{tag}.html", at=ago(days))
    store.protect(repo, "spelling", "schema")


def motion(epoch: datetime) -> str:
    """What the release's pull request says: the vote, and the check-list."""
    closes = shown(epoch + timedelta(days=3))
    return (
        f"[runtime-spec VOTE]: tag 1.3.0 (closes {closes})\n\nPlease answer LGTM or REJECT, with your reasons.\n\n"
        "- [x] a commit updating the ChangeLog\n- [x] a commit bumping the version\n- [ ] release documents\n"
    )


def release(store: Store, repo: str, number: int, epoch: datetime) -> None:
    """The release's commits, their checks, and the votes that were cast so far."""
    at = epoch - timedelta(days=4)
    log = NEW + OLD
    bump = store.add_commit(
        repo, "version: release v1.3.0\n\nSigned-off-by: Ada <ada@quayside.example>", by="ada", at=at,
        files={"ChangeLog": log, "specs-go/version.go": version(1, 3, 0, "")}, patch="+1.3.0",
    )  # fmt: skip
    back = store.add_commit(
        repo, "version: master back to +dev\n\nSigned-off-by: Ada <ada@quayside.example>", by="ada", at=at,
        files={"ChangeLog": log, "specs-go/version.go": version(1, 3, 0, "+dev")}, parent=bump["sha"], patch="+1.3.0 +dev",
    )  # fmt: skip
    store.set_commits(repo, number, [bump["sha"], back["sha"]])
    for name in ("spelling", "schema"):
        store.add_check(repo, back["sha"], name)
    store.add_comment(repo, number, "LGTM", by="dot", at=epoch - timedelta(days=3))
    store.add_comment(
        repo, number, "LGTM once the memory policy is merged", by="cyd", at=epoch - timedelta(days=2)
    )


def version(major: int, minor: int, patch: int, dev: str) -> str:
    return VERSION.format(major=major, minor=minor, patch=patch, dev=dev)
