"""The dashboard: a page for each milestone, the same as JSON, and a word of life."""

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response

from bot.records import migrate
from bot.records.engine import Engine, read_session
from bot.reports.pages import icon, render_home, render_milestone, stylesheet
from bot.settings import Project
from bot.web.doors import Guarded, NoSuchPage, refuse_in_words
from bot.web.gathering import home, milestone
from bot.web.json import home_json, milestone_json

REFUSALS: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no such project or milestone."},
    503: {"description": "The records cannot be read at the moment."},
}


def build(engine: Engine, projects: Sequence[Project], say: Callable[[str], None]) -> FastAPI:
    """The application: it reads the records and writes nothing. `say` tells the operator what a visitor need not know."""
    app = FastAPI(
        title="Tallyman",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        redirect_slashes=False,
    )
    refuse_in_words(app, say)
    app.add_middleware(Guarded)

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

    @app.get("/api/v1/projects", responses={503: REFUSALS[503]})
    def projects_json() -> list[dict[str, Any]]:
        """Every project with its milestones."""
        with read_session(engine) as session:
            return home_json(home(session, projects))

    @app.get("/api/v1/projects/{id}/milestones/{number}", responses=REFUSALS)
    def one_milestone_json(id: str, number: int) -> dict[str, Any]:
        """One milestone: its issues, the judgement of its release, open actions and conformance."""
        with read_session(engine) as session:
            return milestone_json(milestone(session, project(id), number))

    @app.get("/healthz", responses={503: REFUSALS[503]})
    def alive() -> dict[str, str]:
        """Answers as long as the service and its database do."""
        migrate.check(engine)
        return {"status": "ok"}

    @app.get("/tallyman.css", include_in_schema=False)
    def style() -> Response:
        return Response(stylesheet(), media_type="text/css", headers={"Cache-Control": "max-age=300"})

    @app.get("/favicon.ico", include_in_schema=False)
    def picture() -> Response:
        return Response(icon(), media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})

    return app
