from functools import lru_cache

from django import template
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.templatetags.static import static

register = template.Library()


@lru_cache(maxsize=32)
def _is_there(path: str) -> bool:
    return finders.find(path) is not None


@register.simple_tag
def vendored(path: str) -> str:
    """The URL of a file that `vendor_static` copies, or nothing when it was not run."""
    path = f"vendor/{path}"
    return static(path) if _is_there(path) else ""


@register.simple_tag(takes_context=True)
def query_with(context: template.Context, **changes: object) -> str:
    """This page's query string with some parameters replaced; None and "" take one away."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def current_if(context: template.Context, prefix: str) -> str:
    """`aria-current` for a link to `prefix` or to a page below it."""
    request = context.get("request")
    return "page" if prefix and request and request.path.startswith(prefix) else ""
