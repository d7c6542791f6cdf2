"""The dashboard: a page for each milestone, the same as JSON, and a word of life."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from bot.model.errors import DatabaseFailed
from bot.records.engine import Engine, read_session
from bot.reports.pages import render_home, render_milestone
from bot.settings import Project
from bot.web.gathering import NoSuchPage, home, milestone
from bot.web.json import home_json, milestone_json

# Pages are made on the server and bring their own style; nothing is loaded from anywhere.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def build(engine: Engine, projects: Sequence[Project]) -> FastAPI:
    """The application: it reads the records and writes nothing."""
    app = FastAPI(title="Tallyman", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")

    @app.middleware("http")
    async def guarded(request: Request, call_next: Any) -> Response:
        answer: Response = await call_next(request)
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    @app.exception_handler(NoSuchPage)
    async def missing(_request: Request, error: NoSuchPage) -> Response:
        return JSONResponse({"detail": str(error)}, 404)

    @app.exception_handler(DatabaseFailed)
    async def failing(_request: Request, error: DatabaseFailed) -> Response:
        return JSONResponse({"detail": str(error)}, 503)

    def project(id_: str) -> Project:
        found = next((each for each in projects if each.id == id_), None)
        if found is None:
            raise NoSuchPage(f"there is no project {id_}")
        return found

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def home_page() -> str:
        with read_session(engine) as session:
            return render_home(home(session, projects))

    @app.get("/projects/{id}/milestones/{number}", response_class=HTMLResponse, include_in_schema=False)
    def milestone_page(id: str, number: int) -> str:
        with read_session(engine) as session:
            return render_milestone(milestone(session, project(id), number))

    @app.get("/api/v1/projects")
    def projects_json() -> list[dict[str, Any]]:
        """Every project with its milestones."""
        with read_session(engine) as session:
            return home_json(home(session, projects))

    @app.get("/api/v1/projects/{id}/milestones/{number}")
    def one_milestone_json(id: str, number: int) -> dict[str, Any]:
        """One milestone: its issues, the judgement of its release, open actions and conformance."""
        with read_session(engine) as session:
            return milestone_json(milestone(session, project(id), number))

    @app.get("/healthz")
    def alive() -> dict[str, str]:
        """Answers as long as the service and its database do."""
        with read_session(engine) as session:
            session.connection()
        return {"status": "ok"}

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        raise HTTPException(404)

    return app
