import pytest
from django.template import Context, Template
from django.test import RequestFactory

from core.templatetags.page import vendored


def render(source, **context):
    return Template("{% load page %}" + source).render(Context(context))


def test_query_with_replaces_adds_and_takes_away():
    request = RequestFactory().get("/events/", {"q": "零知识", "page": "3", "city": "sz"})

    assert render('{% query_with page=4 city="" %}', request=request) == (
        "?q=%E9%9B%B6%E7%9F%A5%E8%AF%86&amp;page=4"
    )


def test_query_with_nothing_left_is_an_empty_query():
    request = RequestFactory().get("/events/", {"page": "3"})

    assert render("{% query_with page=None %}", request=request) == "?"


@pytest.mark.parametrize(("prefix", "mark"), [("/events/", "page"), ("/chapters/", ""), ("", "")])
def test_current_if_marks_the_page_and_those_below(prefix, mark):
    request = RequestFactory().get("/events/x/")

    assert render("{% current_if prefix %}", request=request, prefix=prefix) == mark


def test_vendored_is_empty_for_what_was_not_copied():
    assert vendored("fonts/no-such-font.css") == ""
