"""Makes docs/report.png: the comment of `tallyman demo --once --state STATE` as GitHub shows it. Needs chromium.

.venv/bin/python docs/report.py STATE
"""

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from markdown_it import MarkdownIt

PICTURE = Path(__file__).with_name("report.png")
SIZE = "1000,1270"
FRAME = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #fff; color: #1f2328; font: 14px/1.5 system-ui, "Noto Sans", Helvetica, Arial, sans-serif }
article { margin: 24px; border: 1px solid #d1d9e0; border-radius: 6px }
header { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; padding: 8px 16px; color: #59636e; border-radius: 6px 6px 0 0 }
header b { color: #1f2328 } section { padding: 16px }
h2 { font-size: 1.4em; border-bottom: 1px solid #d1d9e0; padding-bottom: .3em; margin: 0 0 16px }
table { border-collapse: collapse; margin: 0 0 16px } tr:nth-child(2n) td { background: #f6f8fa }
th, td { border: 1px solid #d1d9e0; padding: 6px 12px; text-align: left; vertical-align: top }
a { color: #0969da } details { margin: 0 0 12px } ul { margin: 0 0 16px; padding-left: 2em }
sub { font-size: 12px; color: #59636e; vertical-align: baseline }
</style><article><header><b>quayside-tallyman</b> commented on <b>Release v1.3.0 #42</b></header><section>"""


def comment(state: Path) -> str:
    """The report on the release's issue."""
    with closing(sqlite3.connect(state / "github.db")) as connection:
        rows = connection.execute("SELECT doc FROM things WHERE kind = 'comment' ORDER BY number")
        said = [json.loads(doc) for (doc,) in rows]
    ours = (c["body"] for c in reversed(said) if c["user"] == "quayside-tallyman" and c["issue"] == 42)
    return next(body for body in ours if "kind=readiness" in body)


def main() -> None:
    chromium = shutil.which("chromium") or sys.exit("chromium is not installed")
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(comment(Path(sys.argv[1])))
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "report.html")
        page.write_text(f"{FRAME}{html}</section></article>", encoding="utf-8")
        quiet = (
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        )
        subprocess.run(
            [chromium, "--headless", "--no-sandbox", *quiet, "--hide-scrollbars", f"--user-data-dir={folder}/profile",
             f"--window-size={SIZE}", f"--screenshot={PICTURE}", page.as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
