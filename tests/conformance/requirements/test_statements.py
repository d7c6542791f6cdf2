"""Statements: their kind, property path, platform and duty, from made-up texts and from sentences of real releases."""

import pytest

from runtime.conformance.requirements.statements import Statement, extract
from tests.conformance.requirements.conftest import asked


def only(text: str, file: str = "config.md") -> Statement:
    (found,) = extract({file: text})
    return found


@pytest.mark.parametrize(
    ("file", "text", "path", "kind"),
    [
        pytest.param("config.md", "# Root\n* **`path`** (string, REQUIRED) is x.", "root.path", "property", id="an item"),
        pytest.param("config.md", "# Root\n**`root`** (object, OPTIONAL) is x.", "root", "property", id="a paragraph"),
        pytest.param("config.md", "# Root\n* **`path`** (string) is x.\n    * It MUST be.", "root.path", "sentence", id="a sentence in an item's item"),
        pytest.param("config.md", "# Root\n* **`path`** (string) is x.\n\n    It MUST be.", "root.path", "sentence", id="a paragraph of an item"),
        pytest.param("config.md", "# Root\n* **`path`** (string) is x.\n\nIt MUST be.", "root", "sentence", id="a paragraph after an item"),
        pytest.param("config.md", "# Root\n* **`path`** (string) x.\n# New\nIt MUST.", "", "sentence", id="a heading drops the path"),
        pytest.param("config.md", "# Hooks\n* **`hooks`** (object, x) y:\n    * **`prestart`** (array of objects) z\n        * **`path`** (string, REQUIRED)", "hooks.prestart[].path", "property", id="three levels, one a list"),
        pytest.param("config.md", "# Process\n* **`a`**: *(array, OPTIONAL)* - x", "process.a", "property", id="a colon and emphasis"),
        pytest.param("config.md", "# Process\n* **`major, minor`** *(int64, REQUIRED unless **`type`** is `p`)* - x", "process.major, minor", "property", id="two names in one"),
        pytest.param("config.md", "# Process\n* **`s`** ([state](runtime.md#state), REQUIRED) x", "process.s", "property", id="a link as type"),
        pytest.param("config-linux.md", "# Memory\n* **`limit`** *(int64, OPTIONAL)* - x", "linux.resources.memory.limit", "property", id="the section gives the prefix"),
        pytest.param("config-linux.md", "# Novelty\n**`new`** (array of objects, x) y.\n* **`n`** (int, REQUIRED)", "linux.new[].n", "property", id="a section nobody knows opens its own property"),
        pytest.param("config-linux.md", "# Block IO\n* **`a`**, **`b`** *(array of objects, OPTIONAL)* - x", "linux.resources.blockIO.a|b", "property", id="several names"),
        pytest.param("config-vm.md", "# X\n**`hwConfig`** (object OPTIONAL) x", "vm.hwConfig", "property", id="without a comma"),
        pytest.param("config-freebsd.md", "# Jail\n* **`allow`** _(object, x)_ - y\n  - **`suser`** _(bool, OPTIONAL)_ - z", "freebsd.jail.allow.suser", "property", id="emphasis by underscores"),
        pytest.param("runtime.md", "# State\n* **`pid`** (int, REQUIRED) x", "state.pid", "property", id="the state"),
        pytest.param("features-linux.md", "# Cgroup\n**`cgroup`** (object, x) y.\n\n* **`v1`** (bool, OPTIONAL) z", "features.linux.cgroup.v1", "property", id="the features document"),
        pytest.param("config.md", "# Linux mount options\nO | Requirement | D\n---|---|---\n`ro` | MUST | x", "mounts[].options[ro]", "row", id="a row with its level"),
        pytest.param("config.md", "# Annotations\n| K | D |\n|---|---|\n| `a.b` | It MUST be. |", "annotations[a.b]", "sentence", id="a sentence in a row"),
    ],
)  # fmt: skip
def test_property_paths(file: str, text: str, path: str, kind: str) -> None:
    found = extract({file: text})[-1]
    assert (found.path, found.kind) == (path, kind)


def test_each_sentence_of_a_block_is_a_statement_of_its_own() -> None:
    found = extract(
        {"config.md": "# Root\n* **`path`** (string, REQUIRED) is x. It MUST be.\n  Not this.\n  You MAY."}
    )
    assert [(each.kind, each.keywords) for each in found] == [
        ("property", ("REQUIRED",)), ("sentence", ("MUST",)), ("sentence", ("MAY",)),
    ]  # fmt: skip


def test_two_properties_in_one_paragraph_are_two() -> None:
    text = "# User namespace mappings\n**`uidMappings`** (x, OPTIONAL) a.\n**`gidMappings`** (x, OPTIONAL) b."
    assert [(each.path, each.kind) for each in extract({"config-linux.md": text})] == [
        ("linux.uidMappings", "property"), ("linux.gidMappings", "property"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("```\nMUST\n```", id="a fence"),
        pytest.param("# It MUST be", id="a heading"),
        pytest.param("Runtimes MUST/SHOULD/MAY implement the following:", id="the introduction of a table"),
        pytest.param("It must be.", id="small letters in a sentence"),
        pytest.param("[x]: https://e.org/MUST", id="a definition"),
    ],
)
def test_what_is_no_statement(text: str) -> None:
    assert extract({"config.md": text}) == ()
    assert extract({"config.md": text + "\n\nBut this MUST."}) != ()


def test_a_property_in_small_letters_counts_and_keeps_its_identity() -> None:
    old, new = (only(f"# Root\n* **`path`** (string, {word}) x") for word in ("required", "REQUIRED"))
    assert (old.small, new.small) == (True, False)
    assert old.keywords == new.keywords == ("REQUIRED",)
    assert old.same == new.same


def test_an_example_is_no_section_of_its_own() -> None:
    found = only('# <a name="unified" />Unified\n### Example\n```\nx\n```\nIt MUST be.', "config-linux.md")
    assert (found.place, found.path) == ("config-linux.md#unified", "linux.resources.unified")


@pytest.mark.parametrize(
    ("file", "text", "platform"),
    [
        pytest.param("config-linux.md", "It MUST.", "linux", id="the file"),
        pytest.param("runtime-linux.md", "It MUST.", "linux", id="the runtime's file"),
        pytest.param("config-vm.md", "It MUST.", "vm", id="virtual machines"),
        pytest.param("config-zos.md", "On Linux, it MUST.", "zos", id="the file before the sentence"),
        pytest.param("config.md", "On Windows, it MUST.", "windows", id="the sentence"),
        pytest.param("config.md", "For the Windows operating system, it MUST.", "windows", id="in full"),
        pytest.param("config.md", "For [Hyper-V Containers](x.md), it MUST.", "windows", id="Hyper-V"),
        pytest.param("config.md", "For Linux and Solaris systems, it MUST.", "all", id="two of them"),
        pytest.param("config.md", "* Solaris: see there.\n  It MUST.", "solaris", id="the item around it"),
        pytest.param("config.md", "* Linux: see.\n* It MUST.", "all", id="the item beside it"),
        pytest.param(
            "config.md",
            "* On Windows, see.\n    * It MUST.",
            "all",
            id="an item about Windows is not one for Windows",
        ),
        pytest.param(
            "config.md",
            "* **`x`** (y)\n    * Windows: z.\n        * It MUST.",
            "windows",
            id="an item further out",
        ),
        pytest.param("config.md", "# Windows User\nIt MUST.", "windows", id="the heading"),
        pytest.param("config.md", "# Linux and Solaris User\nIt MUST.", "all", id="a heading with two"),
        pytest.param("config.md", "* **`solaris`** (object, OPTIONAL) x", "solaris", id="the property"),
        pytest.param("features.md", "* **`linux`** (object, OPTIONAL) x", "linux", id="the feature"),
        pytest.param("config.md", "It MUST on Linux.", "all", id="a mention is not enough"),
    ],
)
def test_platforms(file: str, text: str, platform: str) -> None:
    assert extract({file: text})[-1].platform == platform


@pytest.mark.parametrize(
    ("file", "text", "duty"),
    [
        pytest.param("config.md", "The runtime MUST mount them.", "runtime", id="the runtime is named"),
        pytest.param("config.md", "Runtimes MAY consider it.", "runtime", id="may be done by it"),
        pytest.param("config.md", "The hooks MUST be called in order.", "runtime", id="what only it can do"),
        pytest.param("config.md", "The container MUST inherit it.", "runtime", id="what becomes of the container"),
        pytest.param("config.md", "Otherwise an error MUST be returned.", "runtime", id="an error"),
        pytest.param("config.md", "* **`a`** (int, REQUIRED) x", "config author", id="a property's line"),
        pytest.param("config.md", "This value MUST be an absolute path.", "config author", id="a value"),
        pytest.param("config.md", "`names` MUST contain one.", "config author", id="a property by name"),
        pytest.param("config.md", "The value of `x` MUST be absolute.", "config author", id="the value of one"),
        pytest.param("config.md", "A directory MUST exist there.", "config author", id="what must be in the bundle"),
        pytest.param("config.md", "Keys MUST NOT be empty (runtimes MAY complain).", "config author", id="an aside to the runtime"),
        pytest.param("config-linux.md", "* **`d`** (array, OPTIONAL) lists what MUST be available.", "runtime", id="a property that asks for more"),
        pytest.param("runtime.md", "# State\n* **`id`** (string, REQUIRED) x", "runtime", id="the state is the runtime's"),
        pytest.param("features.md", "* **`hooks`** (array, OPTIONAL) x", "runtime", id="the features too"),
        pytest.param("glossary.md", "JSON MUST be UTF-8.", "config author", id="the glossary"),
        pytest.param("config.md", "These are reserved and MUST NOT be used by subsequent specifications.", "platform", id="later specifications"),
        pytest.param("config-linux.md", "The number MAY be limited by the kernel.", "platform", id="the kernel"),
    ],
)  # fmt: skip
def test_duties(file: str, text: str, duty: str) -> None:
    assert extract({file: text})[-1].duty == duty


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        pytest.param("This value MUST be x.", True, id="a value that must be refused"),
        pytest.param("This value SHOULD be x.", False, id="a SHOULD need not"),
        pytest.param("The runtime MUST x.", False, id="the runtime's own duty"),
        pytest.param(
            "# Annotations\n| K | D |\n|---|---|\n| `a` | The value MUST be. |",
            False,
            id="metadata of the image",
        ),
    ],
)
def test_a_value_must_be_refused_where_the_release_says_so(text: str, refused: bool) -> None:
    rule = "Runtimes MUST [generate an error](x.md) when invalid or unsupported values\nare encountered."
    assert extract({"config-linux.md" if "#" not in text else "config.md": text, "features.md": rule})[0].refused is refused  # fmt: skip
    assert not extract({"config-linux.md": text})[0].refused


@pytest.mark.parametrize(
    ("tag", "anchor", "path", "words", "platform", "duty"),
    [
        ("v1.3.0", "configLinuxNetworkDevices", "linux.netDevices", "preserve existing network", "linux", "runtime"),
        ("v1.3.0", "configRoot", "root", "Hyper-V", "windows", "config author"),
        ("v1.3.0", "configLinuxMemory", "linux.resources.memory.checkBeforeUpdate", "reject the new limit", "linux", "runtime"),
        ("v1.3.0", "configMounts", "mounts[].destination", "For all other platforms", "zos", "config author"),
        ("v1.3.0", "configLinuxPIDS", "linux.resources.pids", "is a valid limit value", "linux", "runtime"),
        ("v1.2.0", "configAnnotations", "annotations[org.opencontainers.image.stopSignal]", "signal that SHOULD be sent", "all", "runtime"),
        ("v1.0.2", "configHooksCreateRuntime", "hooks.createRuntime", "hooks' path MUST resolve", "all", "runtime"),
        ("v1.0.0-rc5", "configLinuxMountLabel", "linux.mountLabel", "mountLabel (", "linux", "config author"),
        ("v0.4.0", "exec", "", "new process each time", "all", "runtime"),
        ("v0.2.0", "devices", "linux.devices[].major, minor", "major, minor", "linux", "config author"),
        ("v0.1.1", "process-configuration", "process.user.uid", "uid (", "all", "config author"),
    ],
)  # fmt: skip
def test_statements_of_real_releases(
    tag: str, anchor: str, path: str, words: str, platform: str, duty: str
) -> None:
    found = [
        each.statement for each in asked(tag) if each.statement.path == path and words in each.statement.same
    ]
    assert [(each.anchors[0], each.platform, each.duty) for each in found] == [(anchor, platform, duty)]


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        pytest.param("It MUST supply:\n\n* a\n* [b](c.md)\n\nNot this.", ("a", "b"), id="items"),
        pytest.param("The following MUST be there\n\n| P | T |\n|---|---|\n| /a | b |\n| /c | d |", ("/a | b", "/c | d"), id="rows"),
        pytest.param("* **`t`** (x) y. These SHOULD be known:\n    * **`pid`** a\n    * b\n* c", ("**`pid`** a", "b"), id="items of an item"),
        pytest.param("It MAY have:\n\n* **`p`** (int, REQUIRED) x\n* y MUST\n* z", ("z",), id="without what is a statement itself"),
        pytest.param("It MUST supply a.\n\n* b", (), id="nothing is announced"),
        pytest.param("It MUST supply: Something.\n\n* b", (), id="the announcement is not the end"),
        pytest.param("It MUST supply:\n\nThat.", (), id="no list"),
    ],
)  # fmt: skip
def test_what_a_sentence_announces_is_part_of_it(text: str, listed: tuple[str, ...]) -> None:
    found = extract({"config.md": "# X\n" + text})
    assert found[0].listed == listed
    assert all(each.listed == () for each in found[1:])


def test_a_list_changes_no_fingerprint_but_the_whole() -> None:
    old, new = (only(f"It MUST supply:\n\n* a\n* {last}") for last in "bc")
    assert old.same == new.same
    assert (old.whole, new.whole) == ("It MUST supply: a; b", "It MUST supply: a; c")
