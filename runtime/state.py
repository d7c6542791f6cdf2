"""What refrun remembers of a container, in one folder each, and what it then is: creating, created, running or stopped."""

from __future__ import annotations

from runtime import freezer, syscalls
from runtime import lean_os as os
from runtime.faults import Fault
from runtime.jsontext import dumps, loads
from runtime.releases import Rules

TYPE_CHECKING = False  # importing typing costs more than starting the interpreter
if TYPE_CHECKING:
    from typing import Any

ALLOWED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+.-")
FILE, CONFIG, FIFO, ANSWER = "state.json", "config.json", "exec.fifo", "answer.fifo"


def check_id(id_: str) -> None:
    """Letters, digits and `_+.-` only, so that an id can never be a path. Raises Fault."""
    if not id_:
        raise Fault("the container's id is missing")
    if id_ in (".", "..") or len(id_) > 1024 or not ALLOWED.issuperset(id_):
        raise Fault(f"the id {id_!r} is not made of letters, digits and _ + . - only")


class Container:
    """One container's folder under --root. `facts` is what state.json holds (runtime.md#scope-of-a-container)."""

    def __init__(self, root: str, id_: str) -> None:
        check_id(id_)
        self.id = id_
        self.folder = os.path.join(root, id_)
        self.facts: dict[str, Any] = {}
        self._config: dict[str, Any] | None = None

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def reserve(self) -> None:
        """Takes the id. Raises Fault when another container has it (runtime.md#create)."""
        root = os.path.dirname(self.folder)
        os.makedirs(root, 0o711)
        me = os.geteuid()
        if me != 0 and os.stat(root).st_uid != me:  # a name in /tmp can be guessed
            raise Fault(f"{root} is somebody else's folder; give one of your own with --root")
        try:
            os.mkdir(self.folder, 0o711)
        except FileExistsError:
            raise Fault(f"a container with the id {self.id} exists") from None

    def load(self) -> Container:
        """Reads the facts. Raises Fault when there is no such container."""
        try:
            self.facts = loads(os.read_whole(self.path(FILE)).decode(), self.path(FILE))
        except FileNotFoundError:
            if not os.path.isdir(self.folder):
                raise Fault(f"the container {self.id} does not exist") from None
            self.facts = {"id": self.id, "pid": 0, "cgroups": {}, "bundle": "", "version": ""}
        return self

    def save(self, **changes: Any) -> None:
        """Writes the facts so that a reader or a crash sees the old ones or the new ones, never half."""
        self.facts.update(changes)
        write_atomically(self.path(FILE), dumps(self.facts))

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
        syscalls.flock(fd, syscalls.LOCK_EX, self.folder)
        return fd

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
        found: dict[str, Any] = loads(os.read_whole(self.path(CONFIG)).decode(), self.path(CONFIG))
        return found

    def status(self) -> str:
        """What the container truly is, asked of the kernel: whatever died in between, this stays right.

        See runtime.md#state.
        """
        pid = self.facts.get("pid") or 0
        if not pid or started_at(pid) != self.facts.get("started"):
            return (
                "creating" if self.facts.get("creating") and _alive(self.facts.get("creator")) else "stopped"
            )
        if freezer.is_frozen(self.facts.get("cgroups") or {}):
            return "paused"
        return "created" if os.path.exists(self.path(FIFO)) else "running"

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


def _alive(creator: Any) -> bool:
    return bool(creator) and started_at(creator[0]) == creator[1]


def write_atomically(path: str, text: str) -> None:
    temporary = f"{path}.{os.getpid()}"
    try:
        os.write_whole(temporary, text.encode())
        os.rename(temporary, path)
    except OSError as failed:
        raise Fault(f"{path} cannot be written: {failed.strerror}") from None


def all_ids(root: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(root) if os.path.isdir(os.path.join(root, name)))
    except FileNotFoundError:
        return []
