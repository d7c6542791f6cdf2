"""The cases' root file system: busybox where it is installed, else the running interpreter, bound read-only from the host.

Both hold one program, /probe, with the same verbs: the case asks it what it sees from inside, or to stay, or to end.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

APPLETS = "sh cat sleep id readlink ls touch echo grep pwd hostname mkdir kill test true false printf stat dd umask stty uname".split()
SHELL_PROBE = """#!/bin/sh
verb=$1; shift
(: >> /journal/born) 2> /dev/null
case $verb in
exit) exit $1 ;;
stay) trap 'exit 0' TERM; trap 'echo usr1 >> /journal/signals' USR1; echo staying >> /journal/lines; while :; do sleep 0.05; done ;;
note) echo "$1" >> /journal/lines ;;
cat) cat "$1" ;;
mkdir) exec mkdir "$1" ;;
machine) uname -m ;;
input) cat > /journal/input ;;
signal) kill -$1 $$ && echo yes || echo no ;;
ns) readlink /proc/self/ns/$1 >> /journal/ns ;;
tty) [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && all=yes || all=no; { echo $all; stty size; } > /journal/tty ;;
touch) (: >> "$1") 2>/dev/null && echo yes || echo no ;;
link) readlink "$1" ;;
mode) stat -c '%f %t:%T' "$1" ;;
report)
  echo "== cwd"; pwd
  echo "== umask"; umask
  echo "== args"; for each in "$@"; do echo "$each"; done
  echo "== env"; cat /proc/$$/environ
  echo; echo "== fds"; ls /proc/$$/fd
  for file in status mountinfo limits oom_score_adj; do echo "== $file"; cat /proc/$$/$file; done
  echo "== hostname"; cat /proc/sys/kernel/hostname
  echo "== domainname"; cat /proc/sys/kernel/domainname
  echo "== pid"; echo $$ ;;
esac
"""
PYTHON_PROBE = r"""#!{interpreter} -IS
import os, signal, sys, time
verb, rest = sys.argv[1], sys.argv[2:]
def note(name, text):
    with open("/journal/" + name, "a") as journal:
        journal.write(text + "\n")
try:
    open("/journal/born", "a").close()
except OSError:
    pass
if verb == "exit":
    os._exit(int(rest[0]))
elif verb == "stay":
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGUSR1, lambda *_: note("signals", "usr1"))
    note("lines", "staying")
    while True:
        time.sleep(0.05)
elif verb == "note":
    note("lines", rest[0])
elif verb == "cat":
    sys.stdout.write(open(rest[0]).read())
elif verb == "touch":
    try:
        os.close(os.open(rest[0], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644))
        print("yes")
    except OSError:
        print("no")
elif verb == "mkdir":
    try:
        os.mkdir(rest[0])
    except OSError as failed:
        sys.exit(failed.strerror)
elif verb == "machine":
    print(os.uname().machine)
elif verb == "input":
    with open("/journal/input", "w") as journal:
        journal.write(sys.stdin.read())
elif verb == "signal":
    try:
        os.kill(os.getpid(), int(rest[0]))
        print("yes")
    except OSError:
        print("no")
elif verb == "ns":
    note("ns", os.readlink("/proc/self/ns/" + rest[0]))
elif verb == "tty":
    note("tty", "yes" if all(os.isatty(fd) for fd in range(3)) else "no")
    note("tty", "%d %d" % os.get_terminal_size(0)[::-1])
elif verb == "link":
    print(os.readlink(rest[0]))
elif verb == "mode":
    found = os.stat(rest[0])
    print("%x %x:%x" % (found.st_mode, os.major(found.st_rdev), os.minor(found.st_rdev)))
elif verb == "report":
    mask = os.umask(0)
    files = {{name: open("/proc/self/" + name).read() for name in ("environ", "status", "mountinfo", "limits", "oom_score_adj")}}
    print("== cwd", os.getcwd(), "== umask", "%04o" % mask, "== args", *rest, sep="\n")
    print("== env", files.pop("environ"), "== fds", *[fd for fd in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd/" + fd)], sep="\n")
    for name, text in files.items():
        print("== " + name, text, sep="\n")
    for name in ("hostname", "domainname"):
        print("== " + name, open("/proc/sys/kernel/" + name).read(), sep="\n")
    print("== pid", os.getpid(), sep="\n")
"""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a root file system comes from. `mounts` are the read-only binds a config needs to run /probe."""

    kind: str  # busybox | host
    busybox: str = ""
    pattern: Path | None = None  # a folder where each program is kept once; what is made is linked to it

    def make(self, folder: Path) -> tuple[dict[str, Any], ...]:
        """Lays a root file system into `folder`; returns the mounts its configs need."""
        for name in ("proc", "sys", "dev", "tmp", "journal", "etc", "bin"):
            (folder / name).mkdir(parents=True)
        probe = folder / "probe"
        if self.kind == "busybox":
            self._place("busybox", folder / "bin" / "busybox", lambda path: shutil.copy(self.busybox, path))
            for applet in APPLETS:
                (folder / "bin" / applet).symlink_to("busybox")
            self._place("probe", probe, lambda path: path.write_text(SHELL_PROBE))
            mounts: tuple[dict[str, Any], ...] = ()
        else:
            interpreter = os.path.realpath(sys.executable)
            text = PYTHON_PROBE.format(interpreter=interpreter)
            self._place("probe", probe, lambda path: path.write_text(text))
            mounts = tuple(
                {"destination": path, "type": "bind", "source": path, "options": ["rbind", "ro"]}
                for path in _needed(interpreter)
            )
        return mounts

    def _place(self, name: str, path: Path, make: Callable[[Path], object]) -> None:
        """One program: a hard link where there is a pattern, since 2 MB for each bundle are most of its cost."""
        if self.pattern is not None:
            with contextlib.suppress(OSError):  # too many links, or another file system
                os.link(self.pattern / name, path)
                return
        make(path)
        path.chmod(0o755)


def with_pattern(source: Source, folder: Path) -> Source:
    """The same source, whose programs are made once, in `folder`."""
    made = folder / "pattern"
    source.make(made)
    if source.kind == "busybox":
        (made / "bin" / "busybox").rename(made / "busybox")
    return replace(source, pattern=made)


def find(kind: str = "") -> Source:
    """The source to use: what was asked for, else busybox if it is a static program, else the host."""
    busybox = shutil.which("busybox", path=os.environ.get("PATH", "") + ":/bin:/usr/bin")
    if kind != "host" and busybox and not _libraries(busybox):
        return Source("busybox", os.path.realpath(busybox))
    if kind == "busybox":
        raise FileNotFoundError(
            "there is no static busybox on this host (Debian's package is busybox-static)"
        )
    return Source("host")


def _libraries(program: str) -> list[str]:
    """The shared objects a program loads, as ldd names them; none for a static one."""
    done = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)
    words = [word for line in done.stdout.splitlines() for word in line.split() if word.startswith("/")]
    return [word.rstrip(":") for word in words if done.returncode == 0]


def _needed(interpreter: str) -> list[str]:
    """The interpreter, its libraries and the pure part of its standard library, at the paths they have on the host."""
    library = os.path.realpath(sysconfig.get_paths()["stdlib"])
    return sorted({interpreter, library, *_libraries(interpreter)})
