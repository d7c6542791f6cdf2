"""GitHub's payload shapes of people and repositories, with this server's own address in every link."""

import base64
from collections import Counter

from bot.demo.github.store import Doc, Missing, Store

GHOST: Doc = {"login": "ghost", "id": 10137}  # stands for whoever has left
LINKS = {  # a repository's further addresses, below its own
    "archive": "/{archive_format}{/ref}", "assignees": "/assignees{/user}", "blobs": "/git/blobs{/sha}",
    "branches": "/branches{/branch}", "collaborators": "/collaborators{/collaborator}", "comments": "/comments{/number}",
    "commits": "/commits{/sha}", "compare": "/compare/{base}...{head}", "contents": "/contents/{+path}",
    "contributors": "/contributors", "deployments": "/deployments", "downloads": "/downloads", "events": "/events",
    "forks": "/forks", "git_commits": "/git/commits{/sha}", "git_refs": "/git/refs{/sha}", "git_tags": "/git/tags{/sha}",
    "hooks": "/hooks", "issue_comment": "/issues/comments{/number}", "issue_events": "/issues/events{/number}",
    "issues": "/issues{/number}", "keys": "/keys{/key_id}", "labels": "/labels{/name}", "languages": "/languages",
    "merges": "/merges", "milestones": "/milestones{/number}", "notifications": "/notifications{?since,all,participating}",
    "pulls": "/pulls{/number}", "releases": "/releases{/id}", "stargazers": "/stargazers", "statuses": "/statuses/{sha}",
    "subscribers": "/subscribers", "subscription": "/subscription", "tags": "/tags", "teams": "/teams",
    "trees": "/git/trees{/sha}",
}  # fmt: skip
COUNTED = (
    "forks",
    "forks_count",
    "stargazers_count",
    "watchers",
    "watchers_count",
    "network_count",
    "subscribers_count",
    "size",
)
UNUSED = (
    "has_projects",
    "has_wiki",
    "has_pages",
    "has_discussions",
    "archived",
    "disabled",
    "fork",
)


class Profiles:
    """What one request is answered with. `api` is the address of the API, `web` that of the pages for people.

    `viewer` is the login that asks, None for nobody. What was counted once is not counted again for this request.
    """

    def __init__(self, store: Store, api: str, web: str, viewer: str | None) -> None:
        self.store, self.api, self.web, self.viewer = store, api, web, viewer
        self._counted: dict[tuple[str, str], Counter[tuple[int, str]]] = {}

    def user(self, login: str) -> Doc:
        try:
            known = self.store.get("user", login, 0)
        except Missing:
            known = {"login": login, "id": 0}
        known = GHOST if known.get("is_gone") else known
        login, id_ = known["login"], known["id"]
        api = f"{self.api}/users/{login}"
        return {
            "login": login, "id": id_, "node_id": node("U", id_), "avatar_url": f"{self.web}/avatars/{id_}",
            "gravatar_id": "", "url": api, "html_url": f"{self.web}/{login}", "followers_url": f"{api}/followers",
            "following_url": f"{api}/following{{/other_user}}", "gists_url": f"{api}/gists{{/gist_id}}",
            "starred_url": f"{api}/starred{{/owner}}{{/repo}}", "subscriptions_url": f"{api}/subscriptions",
            "organizations_url": f"{api}/orgs", "repos_url": f"{api}/repos", "events_url": f"{api}/events{{/privacy}}",
            "received_events_url": f"{api}/received_events", "type": "User", "user_view_type": "public", "site_admin": False,
        }  # fmt: skip

    def account(self, login: str) -> Doc:
        """The whole profile, as /user and /users/LOGIN give it."""
        told = dict.fromkeys(("name", "company", "blog", "location", "email", "hireable", "bio"))
        numbers = dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0)
        return {
            **self.user(login), **told, "blog": "", **numbers,
            "created_at": "2008-01-14T04:33:35Z", "updated_at": "2008-01-14T04:33:35Z",
        }  # fmt: skip

    def or_nobody(self, login: str) -> Doc | None:
        """Reviews name nobody where issues name the ghost."""
        found = self.user(login)
        return None if found["login"] == GHOST["login"] else found

    def repo(self, doc: Doc) -> Doc:
        owner, _, name = doc["full_name"].partition("/")
        url, page = f"{self.api}/repos/{doc['full_name']}", f"{self.web}/{doc['full_name']}"
        issues = self.count("issue", doc["full_name"])
        still_open = sum(n for (_, state), n in issues.items() if state == "open")
        found: Doc = {
            "id": doc["id"], "node_id": node("R", doc["id"]), "name": name, "full_name": doc["full_name"],
            "owner": {**self.user(owner), "type": "Organization"}, "html_url": page, "url": url,
            "description": doc["description"], **{f"{link}_url": url + rest for link, rest in LINKS.items()},
            "clone_url": f"{page}.git", "git_url": f"{page}.git", "ssh_url": f"{page}.git", "svn_url": page,
            "mirror_url": None, "homepage": None, "language": None, "license": None, "default_branch": "main",
            "visibility": "private" if doc.get("is_private") else "public", "has_issues": True, "has_downloads": True, **dict.fromkeys(UNUSED, False), "private": bool(doc.get("is_private")),
            **dict.fromkeys(COUNTED, 0), "open_issues": still_open, "open_issues_count": still_open,
            **dict.fromkeys(("created_at", "updated_at", "pushed_at"), doc["created_at"]),
        }  # fmt: skip
        if self.viewer is not None:  # GitHub tells nobody's rights to nobody
            may_push = self.store.access_of(self.viewer) == "write"
            found["permissions"] = {
                "admin": False,
                "maintain": False,
                "push": may_push,
                "triage": may_push,
                "pull": True,
            }
        return found

    def count(self, kind: str, repo: str) -> Counter[tuple[int, str]]:
        """Issues by milestone and state, or comments by issue: counted once a request, not once for each item of a page."""
        if (kind, repo) not in self._counted:
            docs = self.store.all(kind, repo)
            self._counted[kind, repo] = Counter(
                (doc["milestone"] or 0, doc["state"]) if kind == "issue" else (doc["issue"], "")
                for doc in docs
            )
        return self._counted[kind, repo]


def node(prefix: str, id_: int) -> str:
    return f"{prefix}_{base64.b64encode(str(id_).encode()).decode().rstrip('=')}"
