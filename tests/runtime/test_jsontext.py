"""JSON without `json`: what is read, what is refused in words, and that what is written comes back."""

import json
from typing import Any

import pytest

from runtime.faults import Fault
from runtime.jsontext import dumps, loads


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param('{"a": [1, -2, 3.5, true, false, null]}', {"a": [1, -2, 3.5, True, False, None]}, id="every kind"),
        pytest.param(' \n\t{"a": 1}\r\n', {"a": 1}, id="blanks around"),
        pytest.param('\ufeff{"a": 1}', {"a": 1}, id="a byte order mark"),
        pytest.param('"\\u00e9\\n\\ud83d\\ude00"', "é\n😀", id="escapes"),
        pytest.param("18446744073709551615", 2**64 - 1, id="the largest uint64"),
        pytest.param("[1.5, -2e3]", [1.5, -2000.0], id="a broken number"),
    ],
)  # fmt: skip
def test_json_is_read(text: str, value: Any) -> None:
    assert loads(text, "config.json") == value


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("{", id="half an object"),
        pytest.param('{"a": }', id="no value"),
        pytest.param("{'a': 1}", id="single quotes"),
        pytest.param('{"a": 1} x', id="something behind"),
        pytest.param('"\x00"', id="a control character in a string"),
        pytest.param("nul", id="half a word"),
        pytest.param("[" * 100_000, id="a nest without end"),
        pytest.param('{"a": {"b": 1, "c": 2, "b": 1}}', id="one name twice"),
        pytest.param("[NaN]", id="a number that is none"),
        pytest.param("[1e999]", id="a number beyond all bounds"),
        pytest.param("1" * 5000, id="more digits than Python reads"),
        pytest.param("[1]\u2003", id="a space JSON does not know"),
    ],
)
def test_what_is_not_json_is_a_fault_that_names_the_file(text: str) -> None:
    with pytest.raises(Fault, match=r"^config\.json is not JSON"):
        loads(text, "config.json")


@pytest.mark.parametrize("value", [{}, [], {"ä\n\"": ["\\", 1, True, None, {"b": {}}]}, "\ud800", 0, -1, 1.5, [-2.5e-7]])  # fmt: skip
def test_what_is_written_is_json_and_comes_back(value: Any) -> None:
    assert loads(dumps(value), "it") == value
    assert json.loads(dumps(value)) == value


def test_one_s_own_error_names_the_place_in_the_text() -> None:
    with pytest.raises(Fault, match=r"line 2 column 3"):
        loads("{\n  nothing: 1}", "config.json")


def test_a_nest_that_can_be_read_can_be_written() -> None:
    nest = loads("[" * 900 + "]" * 900, "it")
    assert loads(dumps(nest), "it") == nest
