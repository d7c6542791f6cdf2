"""The code of a repository on the local GitHub: commits, tags, where branches part, and a commit's archive."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from fastapi.responses import Response

from bot.demo.github.call import Call, Listing, Refused
from bot.demo.github.profiles import node
from bot.demo.github.store import Doc, Missing, Store, stamp

BRANCH = "main"


def add_commit(
    store: Store, repo: str, files: Mapping[str, str], message: str, *, by: str, at: datetime, parent: str = "",
    refs: tuple[str, ...] = (), sha: str = "",
) -> str:  # fmt: skip
    """A commit with all of its files, and the refs (`heads/main`, `tags/v1.0`) that stand at it from now on."""
    doc: Doc = {"message": message, "by": by, "at": stamp(at), "parent": parent, "files": dict(files)}
    sha = sha or hashlib.sha1(json.dumps(doc).encode(), usedforsecurity=False).hexdigest()
    with store.change():
        store.put("commit", repo, store.next(f"commit:{repo}"), {**doc, "sha": sha})
        for ref in refs:
            store.put("ref", repo, store.next(f"ref:{repo}"), {"ref": ref, "sha": sha})
    return sha


def commit_at(store: Store, repo: str, name: str) -> Doc:
    """The commit that a sha, a branch, a tag or a pull request's ref names. Raises Missing."""
    refs = {doc["ref"]: doc["sha"] for doc in store.all("ref", repo)}
    sha = next((refs[each] for each in (name, f"tags/{name}", f"heads/{name}") if each in refs), name)
    for doc in store.all("commit", repo):
        if doc["sha"] == sha:
            return doc
    raise Missing(f"commit {repo} {name}")


def commit(call: Call) -> Doc:
    """What no commit is called is a 422 on GitHub, not a 404."""
    repo, name = call.repo, call.path["ref"]
    try:
        return _shown(call, commit_at(call.store, repo, name))
    except Missing:
        raise Refused(422, f"No commit found for SHA: {name}") from None


def tags(call: Call) -> Listing:
    """The greatest name first."""
    found = {
        doc["ref"].removeprefix("tags/"): doc["sha"]
        for doc in call.store.all("ref", call.repo)
        if doc["ref"].startswith("tags/")
    }
    api = f"{call.api}/repos/{call.repo}"

    def shown(doc: Doc) -> Doc:
        return {
            "name": doc["name"], "commit": {"sha": doc["sha"], "url": f"{api}/commits/{doc['sha']}"},
            "zipball_url": f"{api}/zipball/refs/tags/{doc['name']}", "tarball_url": f"{api}/tarball/refs/tags/{doc['name']}",
            "node_id": node("REF", len(doc["name"])),
        }  # fmt: skip

    return Listing([{"name": name, "sha": found[name]} for name in sorted(found, reverse=True)], shown)


def compare(call: Call) -> Doc:
    """Where two commits parted, and which of them has gone on since."""
    base, found, head = call.path["basehead"].partition("...")
    if not found:
        raise Missing(call.path["basehead"])
    one, other = (commit_at(call.store, call.repo, name) for name in (base, head))
    before, after = (list(_line(call.store, call.repo, each)) for each in (one, other))
    shared = next((each for each in after if each in before), None)
    if shared is None:
        raise Missing("no common ancestor")
    ahead, behind = after.index(shared), before.index(shared)
    status = "diverged" if ahead and behind else "ahead" if ahead else "behind" if behind else "identical"
    page = f"{call.web}/{call.repo}/compare/{base}...{head}"
    return {
        "url": f"{call.api}/repos/{call.repo}/compare/{base}...{head}", "html_url": page, "permalink_url": page,
        "diff_url": f"{page}.diff", "patch_url": f"{page}.patch",
        "base_commit": _shown(call, one), "merge_base_commit": _shown(call, commit_at(call.store, call.repo, shared)),
        "status": status, "ahead_by": ahead, "behind_by": behind, "total_commits": ahead, "commits": [], "files": [],
    }  # fmt: skip


def _line(store: Store, repo: str, doc: Doc) -> Iterator[str]:
    """A commit and those before it; history here has no merges."""
    yield doc["sha"]
    while doc["parent"]:
        doc = commit_at(store, repo, doc["parent"])
        yield doc["sha"]


def _shown(call: Call, doc: Doc) -> Doc:
    url = f"{call.api}/repos/{call.repo}/commits/{doc['sha']}"
    person = {"name": doc["by"], "email": f"{doc['by']}@users.noreply.example", "date": doc["at"]}
    parents = [{"sha": doc["parent"], "url": f"{call.api}/repos/{call.repo}/commits/{doc['parent']}"}]
    return {
        "sha": doc["sha"], "node_id": node("C", int(doc["sha"][:8], 16)), "url": url,
        "html_url": f"{call.web}/{call.repo}/commit/{doc['sha']}", "comments_url": f"{url}/comments",
        "commit": {"author": person, "committer": person, "message": doc["message"], "comment_count": 0, "url": url, "tree": {"sha": doc["sha"], "url": url}},
        "author": call.give.or_nobody(doc["by"]), "committer": call.give.or_nobody(doc["by"]),
        "parents": parents if doc["parent"] else [],
    }  # fmt: skip


def tarball(call: Call) -> Response:
    """GitHub sends whoever wants an archive to another server."""
    name = call.path.get("ref", BRANCH)
    doc = commit_at(call.store, call.repo, name.removeprefix("refs/"))
    return Response(
        status_code=302, headers={"Location": f"{call.web}/{call.repo}/legacy.tar.gz/{doc['sha']}"}
    )


def archive(call: Call) -> Response:
    doc = commit_at(call.store, call.repo, call.path["ref"])
    return Response(
        pack(doc["files"], f"{call.repo.replace('/', '-')}-{doc['sha'][:7]}", doc["sha"]),
        media_type="application/x-gzip",
        headers={"Content-Disposition": f"attachment; filename={doc['sha'][:7]}.tar.gz"},
    )


def pack(files: Mapping[str, str], folder: str, sha: str) -> bytes:
    """As `git archive` does: one folder, and the commit as a comment at the beginning."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as stream,
        tarfile.open(
            fileobj=stream, mode="w", format=tarfile.PAX_FORMAT, pax_headers={"comment": sha}
        ) as tar,
    ):
        top = tarfile.TarInfo(folder)
        top.type, top.mode = tarfile.DIRTYPE, 0o775
        tar.addfile(top)
        for path, text in sorted(files.items()):
            raw = text.encode()
            member = tarfile.TarInfo(f"{folder}/{path}")
            member.size, member.mode = len(raw), 0o664
            tar.addfile(member, io.BytesIO(raw))
    return packed.getvalue()


REPO = "/repos/{owner}/{name}"
PATHS: dict[str, Callable[[Call], Doc | Listing]] = {
    f"{REPO}/commits/{{ref:path}}": commit,
    f"{REPO}/tags": tags,
    f"{REPO}/compare/{{basehead:path}}": compare,
}
FILES: dict[str, Callable[[Call], Response]] = {
    f"{REPO}/tarball": tarball,
    f"{REPO}/tarball/{{ref:path}}": tarball,
    "/{owner}/{name}/legacy.tar.gz/{ref:path}": archive,
}
