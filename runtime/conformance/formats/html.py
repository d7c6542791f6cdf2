"""One page that needs nothing else: no script, no file beside it; light, dark and on paper; each state a word and a shape."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from runtime.conformance.formats import words

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #c9d1d9; --soft: #f3f5f7; --bad: #a40e26; --odd: #7a4a00; --good: #14532d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #10151b; --line: #3d444d; --soft: #1a2028; --bad: #ff9a9a; --odd: #f0c36d; --good: #8fd8a5; } }
* { box-sizing: border-box; } body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } code, pre { font: .85rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; } th, td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; }
thead th { background: var(--soft); } tbody th { font-weight: normal; } .matrix td { white-space: nowrap; font-size: .8rem; }
pre { background: var(--soft); padding: .6rem; white-space: pre-wrap; } .state { font-weight: 600; white-space: nowrap; }
.failed { color: var(--bad); } .error { color: var(--bad); text-decoration: underline; } .missed { color: var(--odd); } .passed { color: var(--good); font-weight: 400; } .untold { font-weight: 400; }
a { color: inherit; } @media print { body { max-width: none; padding: 0; } .scroll { overflow: visible; } details > pre { display: block; } tr { break-inside: avoid; } }
""".strip()


def page(document: dict[str, Any]) -> str:
    title = f"Conformance of {words.title(document)}"
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            f'<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>',
            f"<style>{STYLE}</style></head>",
            f"<body><main><h1>{escape(title)}</h1>",
            *_about(document),
            *_totals(document),
            *_expected(document.get("expect")),
            *_findings(document),
            *_matrix(document),
            "</main></body></html>",
            "",
        ]
    )


def _about(document: dict[str, Any]) -> Iterator[str]:
    rows = {
        "Command": document["runtime"]["command"],
        "Held to": words.claims(document),
        "Host": words.host(document),
        "At": document["at"],
        "Suite": document["suite"],
        "Runtime's digest": document["runtime"]["digest"],
    }
    yield '<div class="scroll"><table><caption hidden>The run</caption><tbody>'
    for name, value in rows.items():
        yield f'<tr><th scope="row">{name}</th><td><code>{escape(str(value))}</code></td></tr>'
    yield "</tbody></table></div>"


def _totals(document: dict[str, Any]) -> Iterator[str]:
    names = (
        "passed",
        "failed",
        "explained",
        "error",
        "disputed",
        "skipped",
        "not-applicable",
        "not-claimed",
        "stored",
        "executions",
    )
    yield '<h2>Releases</h2><div class="scroll"><table><thead><tr><th scope="col">release</th>'
    yield "".join(f'<th scope="col">{name}</th>' for name in names) + "</tr></thead><tbody>"
    for run in document["runs"]:
        cells = "".join(f"<td>{run['summary'][name]}</td>" for name in names)
        yield f'<tr><th scope="row">{escape(run["release"])}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _expected(expect: dict[str, Any] | None) -> Iterator[str]:
    if expect is None:
        return
    yield "<h2>Changes against what was expected</h2>"
    if not expect["changes"]:
        yield "<p>None.</p>"
        return
    yield "<ul>"
    for change in expect["changes"]:
        yield f"<li>{escape(change['release'])} <code>{escape(change['case'])}</code>: {escape(change['what'])} (expected {escape(change['expected'])}, saw {escape(change['seen'])})</li>"
    yield "</ul>"


def _findings(document: dict[str, Any]) -> Iterator[str]:
    yield "<h2>What was not as it should be</h2>"
    found = [
        (run["release"], words.published(each))
        for run in document["runs"]
        for each in run["results"]
        if each["outcome"] in ("failed", "error", "disputed", "skipped")
    ]
    if not found:
        yield "<p>Nothing.</p>"
        return
    yield '<div class="scroll"><table><thead><tr><th scope="col">release</th><th scope="col">case</th><th scope="col">state</th><th scope="col">seen</th></tr></thead><tbody>'
    for release, result in found:
        yield f'<tr><td>{escape(release)}</td><th scope="row"><code>{escape(result["case"])}</code></th><td>{_state(result)}</td><td>{"".join(_seen(result))}</td></tr>'
    yield "</tbody></table></div>"


def _seen(result: Mapping[str, Any]) -> Iterator[str]:
    yield escape(result["reason"])
    if cause := result["explained"]:
        yield f"<br>Known: {escape(cause['why'])} {_link(cause['link'])}"
    if dispute := result["disputed"]:
        yield f"<br>Disputed by {escape(dispute['by'])} since {escape(dispute['since'])}: {escape(dispute['reading'])} {_link(dispute['link'])}"
    if result["sections"]:
        yield f"<br><code>{escape(' '.join(result['sections']))}</code>"
    if result["repeat"]:
        yield f"<details><summary>again, and what was said</summary><pre>{escape(result['repeat'])}</pre><pre>{escape(result['output'])}</pre></details>"


def _matrix(document: dict[str, Any]) -> Iterator[str]:
    tags = [run["release"] for run in document["runs"]]
    rows: dict[str, dict[str, Mapping[str, Any]]] = {}
    for run in document["runs"]:
        for each in run["results"]:
            if not each["private"]:
                rows.setdefault(each["case"], {})[run["release"]] = each
    yield '<h2>Every cell</h2><div class="scroll"><table class="matrix"><thead><tr><th scope="col">case</th>'
    yield "".join(f'<th scope="col">{escape(tag)}</th>' for tag in tags) + "</tr></thead><tbody>"
    for case, cells in rows.items():
        states = "".join(f"<td>{_state(cells[tag])}</td>" if tag in cells else "<td></td>" for tag in tags)
        yield f'<tr><th scope="row"><code>{escape(case)}</code></th>{states}</tr>'
    yield "</tbody></table></div>"


def _state(result: Mapping[str, Any]) -> str:
    stored = f' title="stored, of {escape(result["stored"])}"' if result["stored"] else ""
    return f'<span class="state {words.kind(result)}"{stored}>{escape(words.shape(result))} {escape(words.word(result))}</span>'


def _link(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        return escape(url)
    return f'<a href="{escape(url)}">{escape(url)}</a>'
