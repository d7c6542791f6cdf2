"""One case tried on one runtime: how it ended, what it showed, and that nothing of it stays."""

import shutil
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from runtime.conformance import host, releases, results
from runtime.conformance.declare import Case, Failed, NotApplicable, Skipped
from runtime.conformance.driver import Runtime, TooSlow
from runtime.conformance.results import Outcome
from runtime.conformance.rootfs import Source
from runtime.conformance.trial import Trial

FALLBACK_VERSION = "1.0.2"  # what a runtime with a closed list of versions is most likely to take


class Attempts:
    """Tries cases of any release in any thread. `containers` counts those that were seen, by release; by "" those that
    were made to learn of the runtime."""

    def __init__(self, runtime: Runtime, source: Source, folder: Path) -> None:
        self.runtime, self.source, self.folder = runtime, source, folder
        self.containers: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._refusals: dict[str, str] = {}  # by ociVersion: "" when it is taken, else the runtime's words

    def case(self, case: Case, tag: str) -> Outcome:
        """How the case ends at a release that the runtime claims, on a host that can try it."""
        began = time.monotonic()
        trial = Trial(self.runtime, tag, self.version(tag), self.source, self.folder / tag / case.id)
        try:
            came = _told(_tried(case, trial), trial)
        finally:
            self._close(trial, tag)
        refused = self._refusals.get(trial.oci_version, "")
        if refused and came.outcome == "passed" and trial.refusals and not trial.runtime.created:
            why = f"{self.runtime.name} runs not even the plainest bundle here ({refused}): that it refuses this one shows nothing"
            came = Outcome("skipped", why, output=_words(trial))
        return replace(came, seconds=round(time.monotonic() - began, 3))

    def version(self, tag: str) -> str:
        """What the release's bundles carry as ociVersion: its own version if the runtime takes that, else one that it takes."""
        others = (releases.version(tag), *self.usual())
        taken = (version for version in dict.fromkeys(others) if self.takes(version, tag))
        return next(
            taken, FALLBACK_VERSION
        )  # it runs nothing at all: then its errors are not about the version

    def usual(self) -> tuple[str, ...]:
        """Versions that the runtime should take whatever the release is."""
        newest = self.runtime.features.get("ociVersionMax")
        return (newest, FALLBACK_VERSION) if isinstance(newest, str) else (FALLBACK_VERSION,)

    def takes(self, version: str, tag: str = "") -> bool:
        """Whether it runs the plainest bundle with this ociVersion; tried twice, since one mishap must not change what is tested."""
        with self._lock:
            own = self._locks.setdefault(version, threading.Lock())
        with own:
            if version not in self._refusals:
                self._refusals[version] = self._plainest(version, tag, 1) and self._plainest(version, tag, 2)
        return not self._refusals[version]

    def forget(self) -> None:
        """Everything that was learned of versions: the host is another one now."""
        self._refusals.clear()

    def _plainest(self, version: str, tag: str, n: int) -> str:
        if lacking := host.lacking("containers"):
            return lacking
        like = tag or (f"v{version}" if f"v{version}" in releases.TAGS else releases.NEWEST)
        trial = Trial(self.runtime, like, version, self.source, self.folder / f"version-{version}-{n}")
        try:
            answer = trial.run(trial.bundle().args("exit", "0"))
            return "" if answer.ok and trial.runtime.created else answer.words
        except TooSlow as slow:
            return str(slow)
        finally:
            self._close(trial, tag)

    def _close(self, trial: Trial, where: str) -> None:
        with self._lock:
            self.containers[where] += trial.runtime.created
        try:
            trial.close()
        except TooSlow:
            pass  # the runtime hangs even in delete --force; the case has said so already
        shutil.rmtree(trial.folder, ignore_errors=True)


def _tried(case: Case, trial: Trial) -> Outcome:
    try:
        case.run(trial)
    except Failed as failed:
        return Outcome("failed", str(failed))
    except Skipped as skipped:
        return Outcome("skipped", str(skipped))
    except NotApplicable as not_applicable:
        return Outcome("not-applicable", str(not_applicable))
    except TooSlow as slow:
        return Outcome("failed", str(slow), slow=True)
    except (
        Exception
    ) as broken:  # a fault of the case itself must not pass for one of the runtime, nor stop the others
        return Outcome("error", f"{type(broken).__name__}: {broken}")
    return Outcome("passed") if trial.asserted else Outcome("error", "the case asserted nothing")


def _told(came: Outcome, trial: Trial) -> Outcome:
    """With the output and the config, where somebody will want to look."""
    return replace(
        came,
        counted=came.outcome in ("passed", "failed") and trial.executed,
        output=_words(trial) if came.outcome in ("failed", "error", "skipped") else "",
        config=trial.written() if came.outcome in results.BAD else "",
    )


def _words(trial: Trial) -> str:
    return "".join(trial.runtime.said).encode()[-results.LAST_WORDS :].decode(errors="replace")
