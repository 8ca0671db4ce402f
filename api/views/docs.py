from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import TokenScope
from api.reference import reference
from api.schema import api_schema
from api.views.base import Endpoint


class SchemaDetail(Endpoint):
    """The API's own description, OpenAPI 3.1."""

    schema = None
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer]

    def get(self, request: Request) -> Response:
        return Response(api_schema(), headers={"Cache-Control": "public, max-age=300"})


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The same for people."""
    context = {"sections": reference(), "scopes": TokenScope.choices}
    return render(request, "api/docs.html", context)
