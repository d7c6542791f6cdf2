"""The sample specification's texts: its last release, what has landed since, and the draft of its next one."""

from collections.abc import Callable
from datetime import datetime
from importlib import resources
from importlib.resources.abc import Traversable

from bot.demo.github.code import add_commit
from bot.demo.github.store import Store

BEFORE = "v1.2.1"


def lay_code(store: Store, repo: str, release: int, ago: Callable[[float], datetime]) -> None:
    """Two commits on the main branch, the first of them a release, and the head of the release's pull request."""
    maintainers = store.get("file", f"{repo}:MAINTAINERS", 0)["text"]
    texts = {"MAINTAINERS": maintainers, **_files(BEFORE)}
    tagged = add_commit(
        store, repo, texts, "version: release v1.2.1", by="ada", at=ago(200), refs=(f"tags/{BEFORE}",)
    )
    landed = {
        **texts,
        "README.md": "How a container is started. The words of the next release are being found.\n",
    }
    main = add_commit(
        store,
        repo,
        landed,
        "readme: say what this is",
        by="eli",
        at=ago(30),
        parent=tagged,
        refs=("heads/main",),
    )
    head = store.get("issue", repo, release)["pull"]["head"]
    add_commit(
        store, repo, {**landed, **_files("draft")}, "version: release v1.3.0", by="ada", at=ago(4), parent=main,
        refs=(f"pull/{release}/head",), sha=head,
    )  # fmt: skip


def _files(name: str) -> dict[str, str]:
    """The files of a folder by path. Code that is only shown is kept as text, so that nothing here takes it for its own."""
    found: dict[str, str] = {}

    def gather(folder: Traversable, path: str) -> None:
        for each in folder.iterdir():
            if each.is_dir():
                gather(each, f"{path}{each.name}/")
            else:
                found[f"{path}{each.name.removesuffix('.txt')}"] = each.read_text(encoding="utf-8")

    gather(resources.files("bot.demo.community").joinpath("texts", name), "")
    return found
