"""The local GitHub's GraphQL: its schema is a part of GitHub's own, and it answers, limits and refuses as GitHub does."""

from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    parse,
    validate,
)

from bot.demo.github.graphql import schema
from bot.sources import pulls
from tests.hubs import NOON, Hub, hub, running
from tests.npm import package

__all__ = ["hub", "running"]
PAGE = (
    'query($n: Int!) { repository(owner: "%s", name: "%s") { pullRequests(first: $n) { nodes { number } } } }'
)


@pytest.fixture(scope="module")
def githubs() -> GraphQLSchema:
    """GitHub's published schema; it defines two fields twice, which is no concern of ours."""
    text = (package("@octokit/graphql-schema", "15.26.1") / "schema.graphql").read_text(encoding="utf-8")
    return build_schema(text, assume_valid=True, assume_valid_sdl=True)


def ours() -> list[str]:
    return [name for name, kind in schema().type_map.items() if not name.startswith("__") and kind.ast_node]


@pytest.mark.parametrize("name", ours())
def test_every_type_is_a_part_of_githubs(githubs: GraphQLSchema, name: str) -> None:
    """Same kind, fields, arguments, types and nullability; values of enums and members of unions are theirs."""
    mine, theirs = schema().type_map[name], githubs.type_map[name]
    assert type(mine) is type(theirs)
    if isinstance(mine, GraphQLScalarType):
        return
    if isinstance(mine, GraphQLEnumType):
        assert isinstance(theirs, GraphQLEnumType)
        assert set(mine.values) == set(theirs.values), "an answer may hold any of them"
    elif isinstance(mine, GraphQLUnionType):
        assert isinstance(theirs, GraphQLUnionType)
        assert {each.name for each in mine.types} == {each.name for each in theirs.types}
    elif isinstance(mine, GraphQLInputObjectType):
        assert isinstance(theirs, GraphQLInputObjectType)
        assert {k: str(v.type) for k, v in mine.fields.items()} == {
            k: str(v.type) for k, v in theirs.fields.items()
        }
    else:
        assert isinstance(mine, GraphQLObjectType | GraphQLInterfaceType)
        assert isinstance(theirs, GraphQLObjectType | GraphQLInterfaceType)
        assert {each.name for each in mine.interfaces} <= {each.name for each in theirs.interfaces}
        for field, found in mine.fields.items():
            assert str(found.type) == str(theirs.fields[field].type), field
            arguments = {key: str(each.type) for key, each in found.args.items()}
            assert (
                arguments.items() <= {k: str(v.type) for k, v in theirs.fields[field].args.items()}.items()
            ), field


@pytest.mark.parametrize("text", [pulls.OPEN + pulls.FIELDS, pulls.MORE + pulls.GIVEN], ids=["open", "more"])
def test_what_is_asked_is_valid_for_github(githubs: GraphQLSchema, text: str) -> None:
    assert validate(githubs, parse(text)) == []


def ask(hub: Hub, query: str, status: int = 200, **variables: Any) -> Any:
    found = hub.http.post("/graphql", json={"query": query, "variables": variables})
    assert found.status_code == status
    return found.json()


def page(hub: Hub, first: int, **more: Any) -> Any:
    owner, name = hub.repo.split("/")
    return ask(hub, PAGE % (owner, name), n=first, **more)


@pytest.mark.parametrize("first", [0, -1, 101, 10**9])
def test_a_page_has_one_to_a_hundred(hub: Hub, first: int) -> None:
    (error,) = page(hub, first)["errors"]
    assert "from 1 to 100" in error["message"]


def test_a_connection_without_a_number_is_refused(hub: Hub) -> None:
    (error,) = ask(hub, '{ repository(owner: "a", name: "b") { pullRequests { nodes { number } } } }')[
        "errors"
    ]
    assert "You must provide a `first` or `last` value" in error["message"]


def test_half_a_million_nodes_are_the_most(hub: Hub) -> None:
    wide = "pullRequests(first: 100) { nodes { reviews(first: 100) { nodes { state } } } }"
    many = " ".join(f"p{n}: {wide}" for n in range(50))
    (error,) = ask(hub, f'{{ repository(owner: "a", name: "b") {{ {many} }} }}')["errors"]
    assert "505,000 possible nodes which exceeds the maximum limit of 500,000" in error["message"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("{ milestonez }", "Cannot query field 'milestonez' on type 'Query'", id="no such field"),
        pytest.param("{", "Syntax Error", id="no query"),
        pytest.param("{ " * 5000, "Syntax Error", id="deep"),
        pytest.param("query { " + "a " * 50_000 + "}", "Syntax Error", id="long"),
        pytest.param('{ repository(owner: "a", name: "b") { nameWithOwner } }', "Could not resolve to a Repository", id="no repository"),
    ],
)  # fmt: skip
def test_a_query_that_is_wrong(hub: Hub, query: str, expected: str) -> None:
    assert expected in ask(hub, query)["errors"][0]["message"]


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"query": 7}', '{"query": "{ rateLimit { cost } }", "variables": 3}', "{"]
)
def test_a_body_that_is_no_query(hub: Hub, body: str) -> None:
    assert hub.http.post("/graphql", content=body).status_code == 400


def test_nobody_asks_without_a_token(hub: Hub) -> None:
    assert hub.anyone.post("/graphql", json={"query": "{ rateLimit { cost } }"}).status_code == 401


def test_what_a_query_costs(hub: Hub) -> None:
    owner, name = hub.repo.split("/")
    asked = "pullRequests(first: 50) { nodes { reviews(first: 100) { nodes { state } } } }"
    query = f'{{ rateLimit {{ cost nodeCount }} repository(owner: "{owner}", name: "{name}") {{ {asked} }} }}'
    assert ask(hub, query)["data"]["rateLimit"] == {"cost": 50, "nodeCount": 5050}


def test_a_renamed_repository_answers_to_its_old_name(hub: Hub) -> None:
    owner, name = hub.repo.split("/")
    hub.store.rename_repo(hub.repo, f"{hub.repo}-new")
    query = '{ repository(owner: "%s", name: "%s"%s) { nameWithOwner } }'
    assert ask(hub, query % (owner, name, ""))["data"]["repository"] == {"nameWithOwner": f"{hub.repo}-new"}
    assert ask(hub, query % (owner, name, ", followRenames: false"))["errors"][0]["type"] == "NOT_FOUND"


def test_pages_states_and_order(hub: Hub) -> None:
    numbers = [hub.pull() for _ in range(5)]
    hub.store.merge(hub.repo, numbers[0], by="ada", at=NOON)
    hub.store.edit_issue(hub.repo, numbers[1], {"state": "closed"}, by="ada", at=NOON)
    owner, name = hub.repo.split("/")
    query = (
        "query($after: String, $states: [PullRequestState!], $down: OrderDirection!) {"
        f' repository(owner: "{owner}", name: "{name}") {{'
        " pullRequests(first: 2, after: $after, states: $states, orderBy: {field: CREATED_AT, direction: $down})"
        " { nodes { number state } pageInfo { hasNextPage endCursor } totalCount } } }"
    )

    def page(**variables: Any) -> Any:
        return ask(hub, query, **variables)["data"]["repository"]["pullRequests"]

    first = page(down="ASC")
    assert [(each["number"], each["state"]) for each in first["nodes"]] == [
        (numbers[0], "MERGED"),
        (numbers[1], "CLOSED"),
    ]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (5, True)
    second = page(down="ASC", after=first["pageInfo"]["endCursor"])
    assert [each["number"] for each in second["nodes"]] == numbers[2:4]
    assert [each["number"] for each in page(down="DESC", states=["OPEN"])["nodes"]] == numbers[:2:-1]
    wrong = ask(hub, query, down="ASC", after="nonsense")
    assert "does not appear to be a valid cursor" in wrong["errors"][0]["message"]
