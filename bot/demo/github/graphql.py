"""GraphQL over the store: the few types that are asked for, with GitHub's connections, limits and errors."""

import base64
import binascii
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import JSONResponse, Response
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    IntValueNode,
    OperationDefinitionNode,
    VariableNode,
    build_schema,
    execute_sync,
    parse,
    validate,
)
from graphql.language import FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode

from bot.demo.github.call import Call, Refused
from bot.demo.github.store import Doc, Missing, stamp

MOST_NODES = 500_000
LIMIT = 5000
MOST_DEPTH = 100  # selections inside selections; nothing that is asked for comes near
LOOKS = ("behind", "blocked", "clean", "dirty", "draft", "has_hooks", "unstable")


@cache
def schema() -> GraphQLSchema:
    found = build_schema(Path(__file__).with_name("schema.graphql").read_text(encoding="utf-8"))
    for name in ("Actor", "RequestedReviewer"):
        found.type_map[name].resolve_type = lambda value, *_: value["__typename"]  # type: ignore[attr-defined]  # both are abstract
    return found


def answer(call: Call) -> Response:
    """POST /graphql: `data`, or `errors` beside it with status 200, as GitHub does. Nobody asks without a token."""
    if call.login is None:
        raise Refused(401, "This endpoint requires you to be authenticated.")
    text, variables = call.body.get("query"), call.body.get("variables") or {}
    if not isinstance(text, str) or not isinstance(variables, dict):
        raise Refused(400, "A query attribute must be specified and must be a string.")
    try:
        document = parse(text, max_tokens=20_000)
        wrong = validate(schema(), document)
    except (GraphQLError, RecursionError) as failed:
        wrong = [
            failed if isinstance(failed, GraphQLError) else GraphQLError("the query is nested too deeply")
        ]
    if wrong:
        return JSONResponse({"errors": [each.formatted for each in wrong]})
    try:
        nodes = _nodes(document, variables)
    except GraphQLError as failed:
        return JSONResponse({"errors": [failed.formatted]})
    found = execute_sync(schema(), document, Root(call, nodes), variable_values=variables)
    shown: dict[str, Any] = {"data": found.data}
    if found.errors:
        shown["errors"] = [_error(each) for each in found.errors]
    return JSONResponse(shown)


def _error(failed: GraphQLError) -> Any:
    kind = (failed.extensions or {}).get("type")
    return {**failed.formatted, **({"type": kind} if kind else {}), "extensions": None}


# --- GitHub's limits: every connection says how many, at most a hundred, and half a million nodes in all


def _nodes(document: DocumentNode, variables: dict[str, Any]) -> int:
    """How many nodes a query may give at most. Raises GraphQLError where GitHub would refuse to run it."""
    parts = {
        each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
    }

    def inside(selections: SelectionSetNode | None, times: int, depth: int) -> int:
        if depth > MOST_DEPTH:
            raise GraphQLError("the query is nested too deeply")
        found = 0
        for each in selections.selections if selections else ():
            if isinstance(each, FieldNode):
                first = _first(each, variables)
                inner = times * first if first is not None else times
                found += (inner if first is not None else 0) + inside(each.selection_set, inner, depth + 1)
            elif isinstance(each, InlineFragmentNode):
                found += inside(each.selection_set, times, depth + 1)
            elif isinstance(each, FragmentSpreadNode):
                found += inside(parts[each.name.value].selection_set, times, depth + 1)
        return found

    total = sum(
        inside(each.selection_set, 1, 0)
        for each in document.definitions
        if isinstance(each, OperationDefinitionNode)
    )
    if total > MOST_NODES:
        raise GraphQLError(
            f"This query requests up to {total:,} possible nodes which exceeds the maximum limit of {MOST_NODES:,}."
        )
    return total


CONNECTIONS = ("pullRequests", "reviews", "reviewRequests")


def _first(field: FieldNode, variables: dict[str, Any]) -> int | None:
    """How many a connection is asked for; None for any other field."""
    if field.name.value not in CONNECTIONS:
        return None
    for argument in field.arguments or ():
        if argument.name.value == "first":
            value = argument.value
            given = variables.get(value.name.value) if isinstance(value, VariableNode) else None
            count = int(value.value) if isinstance(value, IntValueNode) else given
            if isinstance(count, int) and 1 <= count <= 100:
                return count
            raise GraphQLError(f"`first` on the `{field.name.value}` connection must be from 1 to 100.")
    raise GraphQLError(
        f"You must provide a `first` or `last` value to properly paginate the `{field.name.value}` connection."
    )


# --- what is there


class Root:
    """The query itself. graphql-core calls a method of it with the field's arguments."""

    def __init__(self, call: Call, nodes: int) -> None:
        self._call, self._count = call, nodes

    def repository(
        self, _info: "GraphQLResolveInfo[Any]", owner: str, name: str, followRenames: bool = True
    ) -> "Repository":
        store, asked = self._call.store, f"{owner}/{name}"
        try:
            return Repository(self._call, str(store.get("repo", asked, 0)["full_name"]))
        except Missing:
            pass
        try:
            if followRenames:
                return Repository(self._call, store.name_of_repo(store.get("moved", asked, 0)["id"]))
        except Missing:
            pass
        raise GraphQLError(
            f"Could not resolve to a Repository with the name '{asked}'.", extensions={"type": "NOT_FOUND"}
        )

    def rateLimit(self, _info: "GraphQLResolveInfo[Any]", dryRun: bool = False) -> Doc:
        cost = max(self._count // 100, 1)
        reset = stamp(datetime.fromtimestamp(time.time() + 3600, UTC))
        return {
            "cost": cost, "limit": LIMIT, "remaining": LIMIT - cost, "used": cost, "nodeCount": self._count, "resetAt": reset,
        }  # fmt: skip


class Repository:
    def __init__(self, call: Call, name: str) -> None:
        self._call, self.nameWithOwner = call, name

    def pullRequest(self, _info: "GraphQLResolveInfo[Any]", number: int) -> "PullRequest":
        doc = None
        try:
            doc = self._call.store.look_at_pull(self.nameWithOwner, number)
        except Missing:
            pass
        if doc is None:
            raise GraphQLError(
                f"Could not resolve to a PullRequest with the number of {number}.",
                extensions={"type": "NOT_FOUND"},
            )
        return PullRequest(self._call, self.nameWithOwner, doc)

    def pullRequests(
        self,
        _info: "GraphQLResolveInfo[Any]",
        first: int,
        after: str | None = None,
        states: list[str] | None = None,
        orderBy: Doc | None = None,
    ) -> Doc:
        order = orderBy or {"field": "CREATED_AT", "direction": "ASC"}
        talk = Counter(each["issue"] for each in self._call.store.all("comment", self.nameWithOwner))
        keys: dict[str, Callable[[Doc], Any]] = {
            "CREATED_AT": lambda doc: doc["created_at"],
            "UPDATED_AT": lambda doc: doc["updated_at"],
            "COMMENTS": lambda doc: talk[doc["number"]],
        }
        key = keys[order["field"]]
        docs = [doc for doc in self._call.store.all("issue", self.nameWithOwner) if doc["pull"]]
        docs = [doc for doc in docs if states is None or _state(doc) in states]
        docs.sort(key=lambda doc: (key(doc), doc["number"]), reverse=order["direction"] == "DESC")
        found = connection(docs, first, after)
        look = self._call.store.look_at_pull
        found["nodes"] = [
            PullRequest(self._call, self.nameWithOwner, look(self.nameWithOwner, doc["number"]))
            for doc in found["nodes"]
        ]
        return found


def _state(doc: Doc) -> str:
    if doc["pull"]["merged_at"]:
        return "MERGED"
    return str(doc["state"]).upper()


class PullRequest:
    def __init__(self, call: Call, repo: str, doc: Doc) -> None:
        pull = doc["pull"]
        self._call, self._repo = call, repo
        self.number, self.state, self.isDraft = doc["number"], _state(doc), pull["draft"]
        self.baseRefName, self.headRefOid, self.mergedAt = pull["base"], pull["head"], pull["merged_at"]
        self._asked = pull["requested_reviewers"]
        is_merged = pull["merged_at"] is not None
        known = {True: "MERGEABLE", False: "CONFLICTING", None: "UNKNOWN"}
        self.mergeable = "UNKNOWN" if is_merged else known[pull["mergeable"]]
        state = pull["mergeable_state"]
        self.mergeStateStatus = state.upper() if state in LOOKS and not is_merged else "UNKNOWN"

    def reviewRequests(self, _info: "GraphQLResolveInfo[Any]", first: int, after: str | None = None) -> Doc:
        found = connection(self._asked, first, after)
        found["nodes"] = [{"requestedReviewer": _asked(login)} for login in found["nodes"]]
        return found

    def reviews(self, _info: "GraphQLResolveInfo[Any]", first: int, after: str | None = None) -> Doc:
        docs = [
            doc
            for doc in self._call.store.all("review", self._repo)
            if doc["issue"] == self.number and (doc["submitted_at"] or doc["user"] == self._call.login)
        ]
        found = connection(docs, first, after)
        found["nodes"] = [self._review(doc) for doc in found["nodes"]]
        return found

    def _review(self, doc: Doc) -> Doc:
        shown = self._call.give.review(self._repo, doc)
        user = shown["user"]
        return {
            "author": {"__typename": "User", "login": user["login"]} if user else None,
            "commit": {"oid": doc["commit"]} if doc["commit"] else None,
            "databaseId": doc["id"], "state": doc["state"], "submittedAt": doc["submitted_at"], "url": shown["html_url"],
        }  # fmt: skip


def _asked(name: str) -> Doc:
    """A team is asked as ORGANISATION/TEAM."""
    if "/" in name:
        return {"__typename": "Team", "combinedSlug": name}
    return {"__typename": "User", "login": name}


def connection(docs: list[Any], first: int, after: str | None) -> Doc:
    """One page of a list, behind a cursor that only this server reads. Raises GraphQLError for a cursor that is none."""
    try:
        start = int(base64.b64decode(after, validate=True).removeprefix(b"cursor:")) if after else 0
    except (binascii.Error, ValueError):
        raise GraphQLError(f"`{after}` does not appear to be a valid cursor.") from None
    shown = docs[start : start + first]
    end = start + len(shown)
    return {
        "nodes": shown, "totalCount": len(docs),
        "pageInfo": {
            "endCursor": base64.b64encode(b"cursor:%d" % end).decode() if shown else None, "hasNextPage": end < len(docs),
        },
    }  # fmt: skip
