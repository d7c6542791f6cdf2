"""Checks on GitHub: runs and statuses of a commit, and which of them a branch requires, where that may be seen."""

from dataclasses import replace
from urllib.parse import quote

from bot.model.repository import Check, CheckState, Protection
from bot.sources.gateway import Gateway, Raw

GOOD = ("success", "neutral", "skipped")  # what GitHub itself lets through


def read_checks(gateway: Gateway, base: str, sha: str) -> tuple[Check, ...]:
    """The check runs and commit statuses of a commit, each name as it ended last. Raises TrackerFailed."""
    runs = gateway.get(f"{base}/commits/{sha}/check-runs?per_page=100&filter=latest", _runs)
    statuses = gateway.get(f"{base}/commits/{sha}/status?per_page=100", _statuses)
    found = {check.name: check for check in (*statuses, *runs)}
    return tuple(found[name] for name in sorted(found))


def _runs(raw: Raw) -> tuple[Check, ...]:
    return tuple(
        Check(str(run["name"]), _state(run), str(run.get("html_url") or "")) for run in raw["check_runs"]
    )


def _state(run: Raw) -> CheckState:
    if run["status"] != "completed":
        return CheckState.PENDING
    return CheckState.PASSED if run["conclusion"] in GOOD else CheckState.FAILED


def _statuses(raw: Raw) -> tuple[Check, ...]:
    states = {"success": CheckState.PASSED, "pending": CheckState.PENDING}
    return tuple(
        Check(
            str(each["context"]),
            states.get(each["state"], CheckState.FAILED),
            str(each.get("target_url") or ""),
        )
        for each in raw["statuses"]
    )


def read_branch(gateway: Gateway, base: str, branch: str) -> tuple[str, Protection]:
    """The head of a branch, and what its protection and its rules require. Raises TrackerFailed.

    A protected branch whose settings the token may not see is not an unprotected one: what it requires is not known.
    """
    name = quote(branch, safe="")
    head, protection = gateway.get(f"{base}/branches/{name}", lambda raw: _branch(branch, raw))
    if protection.required is None:
        return head, protection
    ruled = gateway.find(f"{base}/rules/branches/{name}?per_page=100", _contexts) or ()
    return head, replace(protection, required=tuple(dict.fromkeys((*protection.required, *ruled))))


def _branch(branch: str, raw: Raw) -> tuple[str, Protection]:
    head = str(raw["commit"]["sha"])
    if not raw["protected"]:
        return head, Protection(branch, ())
    asked = (raw.get("protection") or {}).get("required_status_checks")
    if asked is None:
        return head, Protection(branch, None, f"the token may not see what {branch} requires")
    return head, Protection(branch, tuple(str(name) for name in asked.get("contexts") or ()))


def _contexts(raw: object) -> tuple[str, ...]:
    """The checks that a branch's rules require."""
    if not isinstance(raw, list):
        raise TypeError("not a list")
    return tuple(
        str(check["context"])
        for rule in raw
        if rule["type"] == "required_status_checks"
        for check in rule["parameters"]["required_status_checks"]
    )
