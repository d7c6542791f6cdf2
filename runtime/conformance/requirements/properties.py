"""Where in config.json, the state or the features document a statement belongs: its property path."""

import re
from dataclasses import dataclass

from runtime.conformance.requirements.blocks import Block
from runtime.conformance.requirements.markdown import Section
from runtime.conformance.requirements.sentences import readable

NAME = r"\*\*`?([^*`]+?)`?\*\*"
HEAD = re.compile(rf"{NAME}((?:, {NAME})*):? ?[*_]?\(((?:[^()]|\([^()]*\))*)\)[*_]?")
DOCUMENTS = {  # where the properties of a file hang unless the section says otherwise
    "config-linux.md": "linux", "runtime-config-linux.md": "linux", "config-solaris.md": "solaris",
    "config-windows.md": "windows", "config-vm.md": "vm", "config-freebsd.md": "freebsd", "config-zos.md": "zos",
    "features.md": "features", "features-linux.md": "features.linux",
}  # fmt: skip
RESOURCES = "linux.resources"
# By file and title, in lower case: what a property named in a paragraph hangs on, and what its list items hang on. Titles
# that are not here keep the file's place; a property in a paragraph then opens itself for the items below it.
LINUX = {
    "namespaces": ("linux", "linux.namespaces[]"),
    "user namespace mappings": ("linux", "linux.(uid|gid)Mappings[]"),
    "offset for time namespace": ("linux", "linux.timeOffsets{}"),
    "devices": ("linux", "linux.devices[]"),
    "default devices": ("", ""),
    "default filesystems": ("", ""),
    "default file systems": ("", ""),
    "default devices and file systems": ("", ""),
    "network devices": ("linux", "linux.netDevices{}"),
    "namespace lifecycle and container termination": ("linux.netDevices", "linux.netDevices"),
    "control groups": ("", ""),
    "cgroup ownership": ("", ""),
    "device whitelist": (RESOURCES, f"{RESOURCES}.devices[]"),
    "allowed device list": (RESOURCES, f"{RESOURCES}.devices[]"),
    "disable out-of-memory killer": (RESOURCES, RESOURCES),
    "set oom_score_adj": (RESOURCES, RESOURCES),
    "memory": (RESOURCES, f"{RESOURCES}.memory"),
    "cpu": (RESOURCES, f"{RESOURCES}.cpu"),
    "block io controller": (RESOURCES, f"{RESOURCES}.blockIO"),
    "block io": (RESOURCES, f"{RESOURCES}.blockIO"),
    "huge page limits": (RESOURCES, f"{RESOURCES}.hugepageLimits[]"),
    "network": (RESOURCES, f"{RESOURCES}.network"),
    "pids": (RESOURCES, f"{RESOURCES}.pids"),
    "rdma": (RESOURCES, f"{RESOURCES}.rdma{{}}"),
    "unified": (RESOURCES, f"{RESOURCES}.unified"),
    "the container process state": ("containerProcessState", "containerProcessState"),
}
PLACES = {
    "config-linux.md": LINUX,
    "runtime-config-linux.md": LINUX,
    "config.md": {
        "root configuration": ("", "root"),
        "root": ("", "root"),
        "mount points": ("", "mounts[]"),
        "mounts": ("", "mounts[]"),
        "posix-platform mounts": ("mounts[]", "mounts[]"),
        "linux mount options": ("mounts[].options", "mounts[].options"),
        "process": ("", "process"),
        "process configuration": ("", "process"),
        "posix process": ("process", "process"),
        "linux process": ("process", "process"),
        "z/os process": ("process", "process"),
        "user": ("process", "process.user"),
        "linux user": ("process", "process.user"),
        "linux and solaris user": ("process", "process.user"),
        "posix-platform user": ("process", "process.user"),
        "windows user": ("process", "process.user"),
        "platform": ("", "platform"),
        "hooks": ("", "hooks"),
        "posix-platform hooks": ("", "hooks"),
        "prestart": ("hooks", "hooks.prestart"),
        "createruntime hooks": ("hooks", "hooks.createRuntime"),
        "createcontainer hooks": ("hooks", "hooks.createContainer"),
        "startcontainer hooks": ("hooks", "hooks.startContainer"),
        "poststart": ("hooks", "hooks.poststart"),
        "poststop": ("hooks", "hooks.poststop"),
        "annotations": ("", "annotations"),
    },
    "runtime-config.md": {"mount configuration": ("", "mounts{}"), "hooks": ("", "hooks")},
    "runtime.md": {"state": ("state", "state")},
    "config-solaris.md": {
        "cappedcpu": ("solaris", "solaris.cappedCPU"),
        "cappedmemory": ("solaris", "solaris.cappedMemory"),
        "automatic network (anet)": ("solaris", "solaris.anet[]"),
    },
    "config-windows.md": {
        "resources": ("windows", "windows.resources"),
        "memory": ("windows.resources", "windows.resources.memory"),
        "cpu": ("windows.resources", "windows.resources.cpu"),
        "storage": ("windows.resources", "windows.resources.storage"),
        "network": ("windows", "windows.network"),
        "credential spec": ("windows", "windows.credentialSpec"),
        "servicing": ("windows", "windows.servicing"),
        "ignoreflushesduringboot": ("windows", "windows.ignoreFlushesDuringBoot"),
        "hyperv": ("windows", "windows.hyperv"),
    },
    "config-freebsd.md": {
        "devices": ("freebsd", "freebsd.devices[]"),
        "jail": ("freebsd", "freebsd.jail"),
    },
    "config-zos.md": {
        "namespaces": ("zos", "zos.namespaces[]"),
        "z/os container configuration": ("", ""),
    },
}
# v0.1.1 to v0.5.0 describe these in the section of what surrounds them.
USER = re.compile(r"\buser structure has the following fields")
OLD_PLATFORM = {"os": "platform.os", "arch": "platform.arch"}


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a property's line: its names, and what stands in the parentheses behind them."""

    names: tuple[str, ...]
    type: str

    @property
    def is_list(self) -> bool:
        return self.type.startswith(("array", "list"))

    @property
    def name(self) -> str:
        return "|".join(self.names)


def head(text: str) -> Head | None:
    """The property that a readable text begins with; None when it begins with anything else."""
    found = HEAD.match(text)
    if found is None:
        return None
    return Head((found[1], *re.findall(NAME, found[2])), found[4])


class Places:
    """Follows one file from block to block, since a paragraph says what the list items below it belong to."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._section: Section | None = None
        self._parent = self._entries = DOCUMENTS.get(file, "")

    def path(self, block: Block, section: Section | None, text: str) -> str:
        """The property path of a block's statements; `text` is its readable text, `section` never an example's."""
        if section != self._section:
            self._section = section
            self._parent, self._entries = self._place(section)
        if USER.search(text):
            self._entries = "process.user"
        own = head(text)
        if block.kind == "row":
            return f"{self._entries}[{block.cells[0].strip('`* ')}]"
        if block.above or block.kind == "item":
            return self._item(block, own)
        if own is None:
            return self._entries.rstrip("[]{}")
        path = _join(self._parent, own.name)
        if self._entries.rstrip("[]{}") == self._parent:
            self._entries = path + "[]" * own.is_list
        return path

    def second(self, text: str) -> str:
        """The path of a property whose line follows another's in the same paragraph (uidMappings, gidMappings)."""
        own = head(text)
        return _join(self._parent, own.name) if own else self._parent

    def _item(self, block: Block, own: Head | None) -> str:
        around = [above for item in block.above if (above := head(readable(item.text)))]
        first = around[0] if around else own
        # a list that begins with the section's own object (`hooks`) does not stand below it
        path = self._parent if first is not None and self._entries == first.name else self._entries
        for above in around:
            path = _join(path, above.name + "[]" * above.is_list)
        return self._old(_join(path, own.name) if own is not None else path.rstrip("[]{}"))

    def _old(self, path: str) -> str:
        return OLD_PLATFORM.get(path, path) if self._file == "config.md" else path

    def _place(self, section: Section | None) -> tuple[str, str]:
        default = DOCUMENTS.get(self._file, "")
        title = section.title.lower() if section else ""
        return PLACES.get(self._file, {}).get(title, (default, default))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
