"""The schema says what the API does, and the page says what the schema does."""

import json
from html.parser import HTMLParser

import jsonschema
import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from accounts.models import TokenScope
from api.reference import JSON, example_of, reference
from api.schema import api_schema
from api.urls import urlpatterns

pytestmark = pytest.mark.django_db

NOT_DESCRIBED = {"docs", "schema", "nowhere"}


@pytest.fixture
def schema(anonymous) -> dict:
    return anonymous.get("schema/").json()


def operations(schema) -> list[dict]:
    return [operation for methods in schema["paths"].values() for operation in methods.values()]


def test_schema_is_valid_openapi_3_1(schema):
    assert schema["openapi"].startswith("3.1.")
    validate_schema(schema)


def test_schema_was_made_without_a_warning():
    api_schema.cache_clear()
    api_schema()

    assert (dict(GENERATOR_STATS._warn_cache), dict(GENERATOR_STATS._error_cache)) == ({}, {})


def test_schema_comes_under_both_names_of_its_type(anonymous):
    kinds = ["application/json", "application/vnd.oai.openapi+json"]
    path = "/api/v1/schema/"

    answers = [anonymous.client.get(path, headers={"accept": kind}) for kind in kinds]

    assert [answer["Content-Type"].partition(";")[0] for answer in answers] == kinds
    assert json.loads(answers[0].content) == json.loads(answers[1].content)


def test_every_address_is_described(schema):
    assert len(operations(schema)) == len(urlpatterns) - len(NOT_DESCRIBED)


def test_every_operation_has_words_and_its_errors(schema):
    for operation in operations(schema):
        assert operation["summary"]
        assert operation["description"]
        assert {"401", "429", "default"} <= operation["responses"].keys()
        assert all(given["description"] for given in operation.get("parameters", []))


def test_scopes_are_named(schema):
    named = {
        scope
        for operation in operations(schema)
        for security in operation["security"]
        for scope in security.get("token", [])
    }

    assert named == {*TokenScope.values} - {TokenScope.EVENTS_READ}


def test_schema_names_no_secret_of_the_house(schema):
    text = json.dumps(schema)

    assert "online_url" not in text
    assert "search_text" not in text


def test_every_example_is_what_the_schema_says(schema):
    for operation in operations(schema):
        bodies = [operation.get("requestBody"), *operation["responses"].values()]
        for body in filter(None, bodies):
            if "content" not in body:
                continue
            asked = body["content"][JSON]["schema"]
            jsonschema.validate(
                example_of(schema, asked), {**asked, "components": schema["components"]}
            )


def test_the_pages_curl_for_an_order_is_accepted(anonymous, event):
    [order] = [
        operation
        for section in reference()
        for operation in section.operations
        if operation.summary == "Place an order"
    ]
    body = json.loads(order.curl.partition("-d '")[2].removesuffix("'"))

    answer = anonymous.order(event, body)

    assert answer.json()["code"] == "unknown_ticket_type"


class Ids(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids, self.links = [], []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = dict(attrs)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"][1:]] if given.get("href", "").startswith("#") else []
        assert not {"style", "onclick"} & given.keys()


def test_page_shows_every_operation_once_and_its_contents_lead_there(client, schema):
    page = client.get("/api/v1/", headers={"accept-language": "en"}).content.decode()

    found = Ids(page)
    assert len(found.ids) == len(set(found.ids))
    assert {operation["operationId"] for operation in operations(schema)} <= set(found.ids)
    assert set(found.links) <= set(found.ids)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_page_costs_no_query(client, language, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/api/v1/", headers={"accept-language": language}).status_code == 200
