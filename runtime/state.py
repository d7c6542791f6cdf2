"""What refrun remembers of a container, in one folder each, and what it then is: creating, created, running or stopped."""

from __future__ import annotations

from sys import modules

from runtime import freezer, locking, syscalls
from runtime import lean_os as os
from runtime.faults import Fault
from runtime.jsontext import dumps, loads
from runtime.releases import NEWEST, Rules

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ALLOWED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+.-")
FILE, CONFIG, FIFO, ANSWER = "state.json", "config.json", "exec.fifo", "answer.fifo"
KINDS = {  # what state.json holds, and of which type
    "id": str, "version": str, "bundle": str, "rootfs": str, "pid": int, "started": int, "created": int, "creating": bool,
    "creator": list, "cgroups": dict, "groups_made": list, "annotations": dict,
}  # fmt: skip


def check_id(id_: str) -> None:
    """Letters, digits and `_+.-` only, so that an id can never be a path. Raises Fault."""
    if not id_:
        raise Fault("the container's id is missing")
    if not is_id(id_):
        raise Fault(f"the id {id_!r} is not made of letters, digits and _ + . - only")


def is_id(text: str) -> bool:
    return text not in ("", ".", "..") and len(text) <= 1024 and ALLOWED.issuperset(text)


class Damaged(Fault):
    """state.json cannot be read, or holds what refrun never writes."""


class Container:
    """One container's folder under --root. `facts` is what state.json holds (runtime.md#scope-of-a-container)."""

    def __init__(self, root: str, id_: str) -> None:
        check_id(id_)
        self.id = id_
        self.folder = os.path.join(root, id_)
        self.facts: dict[str, Any] = _nothing(id_)
        self._config: dict[str, Any] | None = None

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def reserve(self) -> int:
        """Takes the id and holds it (see lock) until the facts are written. Raises Fault when another container has it.

        See runtime.md#create.
        """
        root = os.path.dirname(self.folder)
        os.makedirs(root, 0o711)
        me = os.geteuid()
        if me != 0 and os.stat(root).st_uid != me:  # a name in /tmp can be guessed
            raise Fault(f"{root} is somebody else's folder; give one of your own with --root")
        _refuse_strangers(root)
        try:
            os.mkdir(self.folder, 0o711)
        except FileExistsError:
            raise Fault(f"a container with the id {self.id} exists") from None
        held = self.lock()
        if os.path.exists(self.path(FILE)):  # ours was taken away at once, and the id given to another one
            os.close(held)
            raise Fault(f"a container with the id {self.id} exists")
        return held

    def load(self) -> Container:
        """Reads the facts. Raises Fault when there is no such container, and Damaged when they cannot be read."""
        self.facts = _nothing(self.id)
        try:
            _refuse_strangers(self.folder)
        except (FileNotFoundError, NotADirectoryError):
            raise Fault(f"the container {self.id} does not exist") from None
        try:
            facts = _known(loads(os.read_whole(self.path(FILE)).decode(), self.path(FILE)), self.facts)
            Rules(facts["version"])
            self.facts = facts
        except FileNotFoundError:
            if not os.path.isdir(self.folder):
                raise Fault(f"the container {self.id} does not exist") from None
        except UnicodeDecodeError:
            raise Damaged(f"{self.path(FILE)} is not UTF-8; delete --force takes {self.id} away") from None
        except Damaged as fault:
            raise Damaged(
                f"{self.path(FILE)} is damaged ({fault}); delete --force takes {self.id} away"
            ) from None
        except Fault as fault:
            raise Damaged(f"{fault}; delete --force takes {self.id} away") from None
        return self

    def save(self, **changes: Any) -> None:
        """Writes the facts so that a reader or a crash sees the old ones or the new ones, never half."""
        self.draft(**changes)()

    def draft(self, **changes: Any) -> Callable[[], None]:
        """`save` in two steps: the facts are written beside the old ones now, and count once what is returned is called."""
        self.facts.update(changes)
        return draft(self.path(FILE), dumps(self.facts))

    def make_fifo(self, name: str) -> None:
        try:
            os.mkfifo(self.path(name), 0o600)
        except OSError as failed:
            raise Fault(f"{self.path(name)} cannot be made: {failed.strerror}") from None

    def forget(self) -> None:
        """Takes the folder away, which is flat; state.json last, so that a crash half-way can be cleaned up again."""
        try:
            for name in sorted(os.listdir(self.folder), key=lambda name: name == FILE):
                os.unlink(self.path(name))
            os.rmdir(self.folder)
        except FileNotFoundError:
            return  # somebody else was quicker

    def lock(self) -> int:
        """Holds the container for one operation; given back when the descriptor is closed."""
        try:
            fd = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise Fault(f"the container {self.id} does not exist") from None
        _flock(fd, self.folder)
        if not self._is_here(fd):  # while we waited it was taken away, and perhaps another one made
            os.close(fd)
            return self.lock()
        return fd

    def _is_here(self, fd: int) -> bool:
        try:
            held, here = os.fstat(fd), os.stat(self.folder)
            return (held.st_dev, held.st_ino) == (here.st_dev, here.st_ino)
        except FileNotFoundError:
            return False

    @property
    def rules(self) -> Rules:
        return Rules(self.facts["version"])

    def keep(self, config: dict[str, Any]) -> None:
        self._config = config
        write_atomically(self.path(CONFIG), dumps(config))

    def config(self) -> dict[str, Any]:
        """The config as it was at create: later changes to the bundle MUST NOT have an effect (runtime.md#create)."""
        if self._config is not None:
            return self._config
        try:
            found = loads(os.read_whole(self.path(CONFIG)).decode(), self.path(CONFIG))
        except UnicodeDecodeError:
            raise Damaged(f"{self.path(CONFIG)} is not UTF-8") from None
        if not isinstance(found, dict):
            raise Damaged(f"{self.path(CONFIG)} is not a JSON object")
        return found

    def status(self) -> str:
        """What the container truly is, asked of the kernel: whatever died in between, this stays right.

        See runtime.md#state.
        """
        if self.creator:
            return "creating"
        if self.facts.get("creating"):
            self.load()  # whoever made it is gone: killed, or just done
        if not self.first:
            return "stopped"
        if freezer.is_frozen(self.facts.get("cgroups") or {}):
            return "paused"
        return "created" if self._waits() else "running"

    @property
    def first(self) -> int:
        """The container's first process; 0 when there is none yet, or when it ended."""
        pid, began = self.facts.get("pid") or 0, self.facts.get("started")
        return pid if pid and began is not None and started_at(pid) == began else 0

    @property
    def creator(self) -> int:
        """The refrun that is still making this container; 0 when it is made, or when that refrun died."""
        pid, began = self.facts.get("creator") or (0, 0)
        return pid if self.facts.get("creating") and pid and started_at(pid) == began else 0

    def _waits(self) -> bool:
        """Whether the first process still waits for start: then it holds the pipe over which it answers.

        A start that was killed may have let it go without taking the other pipe away.
        """
        if not os.path.exists(self.path(FIFO)):
            return False
        try:
            os.close(os.open(self.path(ANSWER), os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC))
        except OSError:
            return False  # ENXIO: nobody has it open
        return True

    def document(self, status: str = "", pid: int | None = None) -> dict[str, Any]:
        """The state of runtime.md#state, in the words of the config's release."""
        rules = self.rules
        status = status or self.status()
        if status == "creating" and not rules["status_creating"]:
            status = "created"
        if pid is None:
            pid = 0 if status == "stopped" else self.facts.get("pid") or 0
        version = rules.known if rules["state_version_is_its_own"] else rules.version
        found: dict[str, Any] = {"ociVersion": version, "id": self.id}
        if rules["state_has_status"]:
            found["status"] = status
        if pid or rules["state_always_has_pid"]:
            found["pid"] = pid
        found[str(rules.value("bundle_key"))] = self.facts["bundle"]
        if rules["state_has_status"] and self.facts.get("annotations"):
            found["annotations"] = self.facts["annotations"]
        return found

    def report(self) -> dict[str, Any]:
        """The state with what runc's callers read besides: where the root is, since when, whose."""
        import time

        found = self.document()
        return {
            **found,
            "pid": found.get("pid", 0),
            "rootfs": self.facts.get("rootfs", ""),
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.facts.get("created") or 0)),
            "owner": _name(os.stat(self.folder).st_uid),
        }


def _name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def started_at(pid: int) -> int | None:
    """When the process began, in clock ticks since boot (proc_pid_stat(5), field 22); None when it is gone or a zombie.

    With the pid it names one process for ever, since a pid alone may be given to another one.
    """
    try:
        fields = os.read_whole(f"/proc/{pid}/stat").rpartition(b")")[2].split()
    except OSError:
        return None
    return None if fields[0] in (b"Z", b"X") else int(fields[19])


def _nothing(id_: str) -> dict[str, Any]:
    """What is known of a container that was killed before anything was written down."""
    return {"id": id_, "pid": 0, "cgroups": {}, "bundle": "", "version": NEWEST}


def _flock(fd: int, path: str) -> None:
    """flock(2) by whichever module is at hand."""
    if "_ctypes" in modules:
        syscalls.flock(fd, syscalls.LOCK_EX, path)
    else:
        locking.hold(fd)


def _refuse_strangers(folder: str) -> None:
    """What another user could have put there would be believed: which processes to end, which hooks to run."""
    owner = os.stat(folder).st_uid
    if owner not in (0, os.geteuid()):
        raise Fault(f"{folder} belongs to the user {_name(owner)}, so that its content is not trusted")


def _known(found: Any, otherwise: dict[str, Any]) -> dict[str, Any]:
    """What was read, with what is missing filled in. Raises Damaged for a value of another type than refrun writes."""
    if type(found) is not dict:
        raise Damaged("it is not a JSON object")
    for name, kind in KINDS.items():
        value: Any = found.get(name)
        wrong = type(value) is not kind or (type(value) is int and not 0 <= value < 2**53)
        if value is not None and wrong:
            raise Damaged(f"{name} is not what refrun writes there")
    for name, kind in (("creator", int), ("groups_made", str)):
        if not all(type(each) is kind for each in found.get(name) or []):
            raise Damaged(f"{name} is not what refrun writes there")
    if len(found.get("creator") or (0, 0)) != 2 or not all(
        map(_is_text, (found.get("cgroups") or {}).values())
    ):
        raise Damaged("creator or cgroups is not what refrun writes there")
    return {**otherwise, **{name: value for name, value in found.items() if value is not None}}


def _is_text(value: object) -> bool:
    return type(value) is str


def write_atomically(path: str, text: str, mode: int = 0o600) -> None:
    """Others see the old text or the new one. Nobody else may read it by default: a config's env has secrets."""
    draft(path, text, mode)()


def draft(path: str, text: str, mode: int = 0o600) -> Callable[[], None]:
    """Writes the text beside the file. Returns what puts it in its place; both raise Fault."""
    temporary = f"{path}.{os.getpid()}"

    def attempt(step: Callable[..., None], *words: Any) -> None:
        try:
            step(*words)
        except OSError as failed:
            try:
                os.unlink(temporary)  # a full disk leaves half of it
            except OSError:
                pass
            raise Fault(f"{path} cannot be written: {failed.strerror}") from None

    attempt(os.write_whole, temporary, text.encode(), mode)
    return lambda: attempt(os.rename, temporary, path)


def all_ids(root: str) -> list[str]:
    """The folders under --root that are containers'; whatever else lies there is nobody's business."""
    try:
        return sorted(
            name for name in os.listdir(root) if is_id(name) and os.path.isdir(os.path.join(root, name))
        )
    except FileNotFoundError:
        return []
