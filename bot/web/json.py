"""The pages' twins as JSON: the same facts, for programs."""

from typing import Any

from bot.model.conformance import CaseOutcome
from bot.model.tracker import Issue, Milestone
from bot.reports.minutes import stamp
from bot.reports.pages import HomePage, MilestonePage
from bot.reports.readiness import Report, to_json


def home_json(page: HomePage) -> list[dict[str, Any]]:
    return [
        {
            "id": project.id,
            "repo": project.repo,
            "synced_at": stamp(project.synced_at) if project.synced_at else None,
            "milestones": [
                {
                    **_milestone(line.milestone),
                    "total": line.total,
                    "closed": line.closed,
                    "ready": line.readiness.is_ready if line.readiness else None,
                }
                for line in project.milestones
            ],
        }
        for project in page.projects
    ]


def milestone_json(page: MilestonePage) -> dict[str, Any]:
    return {
        "project": page.project,
        "milestone": _milestone(page.milestone),
        "synced_at": stamp(page.synced_at) if page.synced_at else None,
        "issues": [_issue(issue) for issue in page.issues],
        "judgement": to_json(Report(page.readiness)) if page.readiness else None,
        "actions": [
            {
                "meeting": said.meeting,
                "text": said.item.text,
                "assignees": list(said.item.assignees),
                "at": stamp(said.item.at),
            }
            for said in page.actions
        ],
        "conformance": [
            {
                "release": run.release,
                "runtime": run.runtime,
                "at": stamp(run.at),
                "host": run.host,
                "counts": {outcome.value: run.count(outcome) for outcome in CaseOutcome},
            }
            for run in page.runs
        ],
    }


def _milestone(milestone: Milestone) -> dict[str, Any]:
    return {
        "number": milestone.number,
        "title": milestone.title,
        "state": milestone.state.value,
        "due_on": stamp(milestone.due_on) if milestone.due_on else None,
        "url": milestone.url,
    }


def _issue(issue: Issue) -> dict[str, Any]:
    return {
        "number": issue.number,
        "title": issue.title,
        "state": issue.state.value,
        "is_pull": issue.is_pull,
        "assignees": list(issue.assignees),
        "url": issue.url,
    }
