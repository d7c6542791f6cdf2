"""JUnit's XML, one suite for each release.

There are two schemas in use, Ant's (JUnit.xsd, with every attribute required) and Jenkins' (junit-10.xsd); this is valid by both.
"""

import re
import xml.etree.ElementTree as ET
from typing import Any

from runtime.conformance.formats import words

NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


def page(document: dict[str, Any]) -> str:
    top = ET.Element("testsuites")
    for number, run in enumerate(document["runs"]):
        top.append(_suite(document, number, run))
    ET.indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(top, encoding="unicode") + "\n"


def _suite(document: dict[str, Any], number: int, run: dict[str, Any]) -> ET.Element:
    results = run["results"]
    count = {
        outcome: sum(each["outcome"] == outcome for each in results)
        for outcome in ("failed", "error", "passed")
    }
    suite = ET.Element(
        "testsuite",
        {
            "package": f"conformance.{_name(document)}",
            "id": str(number),
            "name": run["release"],
            "timestamp": document["at"].removesuffix("Z"),
            "hostname": "localhost",  # which machine it was is nobody's business
            "tests": str(len(results)),
            "failures": str(count["failed"]),
            "errors": str(count["error"]),
            "skipped": str(len(results) - sum(count.values())),
            "time": f"{sum(each['seconds'] for each in results):.3f}",
        },
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(document, run):
        ET.SubElement(properties, "property", {"name": name, "value": _text(value)})
    for result in results:
        suite.append(_case(words.published(result)))
    ET.SubElement(suite, "system-out").text = _text(words.totals(run["summary"]))
    ET.SubElement(suite, "system-err")
    return suite


def _case(result: Any) -> ET.Element:
    topic = result["case"].partition("/")[0]
    case = ET.Element(
        "testcase",
        {"classname": topic, "name": result["case"], "time": f"{result['seconds']:.3f}"},
    )
    outcome = result["outcome"]
    if outcome in ("failed", "error"):
        tag, type_ = ("failure", result["level"]) if outcome == "failed" else ("error", "error")
        said = {"type": type_, "message": _text(f"{words.word(result)}: {result['reason']}")}
        ET.SubElement(case, tag, said).text = _text(_more(result))
    elif outcome != "passed":
        ET.SubElement(case, "skipped", {"message": _text(f"{outcome}: {result['reason']}")})
    return case


def _more(result: Any) -> str:
    parts = [result["reason"]]
    if cause := result["explained"]:
        parts.append(f"known: {cause['why']} {cause['link']}")
    if result["sections"]:
        parts.append(f"the specification: {' '.join(result['sections'])}")
    if result["repeat"]:
        parts.append(f"again: {result['repeat']}")
    return "\n".join([*parts, result["output"]])


def _properties(document: dict[str, Any], run: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        ("runtime", words.title(document)),
        ("runtime.digest", document["runtime"]["digest"]),
        ("claims", words.claims(document)),
        ("host", words.host(document)),
        ("suite", document["suite"]),
        ("executions", str(run["summary"]["executions"])),
        ("stored", str(run["summary"]["stored"])),
    ]


def _name(document: dict[str, Any]) -> str:
    return re.sub(r"[^\w-]", "-", document["runtime"]["name"])


def _text(words_: str) -> str:
    """Without what XML cannot hold: the output of a program may be anything."""
    return NOT_XML.sub("\ufffd", words_)
