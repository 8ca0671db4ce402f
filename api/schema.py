"""How the schema is made: what every endpoint can answer is said once, here."""

from collections import defaultdict
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiResponse
from rest_framework.permissions import AllowAny

from api.permissions import AnonymousOrHasScope, IsDevice
from api.serializers.errors import ErrorSerializer

DESCRIPTION = """\
Read events, place orders, check tickets in. Instants are ISO 8601 in UTC; money is an integer in
the currency's minor unit beside its code; texts come in every language of the site. Lists are
paged: follow `next`. Every error is `{code, detail, fields}`; `detail` follows Accept-Language.
"""
IN_PATHS = {
    "slug": "The slug of the event or course.",
    "nonce": "The name that you gave the scan.",
    "lesson_slug": "The lesson's slug, as the outline has it.",
    "order_id": "The secret id that the answer to an order holds.",
}


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A token from your account."}

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        scope = getattr(auto_schema.view, "scope", None)
        return {self.name: [str(scope)] if scope else []}


class DeviceScheme(OpenApiAuthenticationExtension):
    target_class = "api.authentication.DeviceAuthentication"
    name = "device"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        said = "The secret that a phone got when it was paired with an event's door."
        return {"type": "http", "scheme": "bearer", "description": said}


class Schema(AutoSchema):
    """Adds to each operation the errors that it may answer with, and that a token is optional."""

    def get_auth(self) -> list[dict[str, Any]]:
        auth = super().get_auth()
        if AnonymousOrHasScope in self.view.permission_classes:
            auth.append({})
        return auth

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        found = super()._resolve_path_parameters(variables)
        return [{**given, "description": IN_PATHS[given["name"]]} for given in found]

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        answers = super()._get_response_bodies(direction)
        for status, codes in sorted(self._codes().items()):
            said = OpenApiResponse(ErrorSerializer, ", ".join(f"`{code}`" for code in codes))
            answers[str(status)] = self._get_response_for_code(said, str(status))
        other = OpenApiResponse(ErrorSerializer, "Anything else that goes wrong.")
        answers["default"] = self._get_response_for_code(other, "default")
        return answers

    def _codes(self) -> dict[int, list[str]]:
        codes = defaultdict(list, {401: ["authentication_failed"], 429: ["throttled"]})
        if self.method == "POST" or self.get_override_parameters() or self._is_paged():
            codes[400].append("invalid")
        if "{" in self.path or self._is_paged():
            codes[404].append("not_found")
        if IsDevice in self.view.permission_classes:
            codes[401] += ["not_authenticated", "device_revoked"]
        if getattr(self.view, "scope", None):
            codes[403].append("insufficient_scope")
            if AllowAny not in self.view.permission_classes and not self._may_be_anonymous():
                codes[401].insert(0, "not_authenticated")
        for error in self.view.refusals:
            status = getattr(error, "status_code", None) or error.status
            code = getattr(error, "default_code", None) or error.code
            codes[status].append(code)
        return codes

    def _may_be_anonymous(self) -> bool:
        return AnonymousOrHasScope in self.view.permission_classes

    def _is_paged(self) -> bool:
        return self._is_list_view() and self._get_paginator() is not None


@cache
def api_schema() -> dict[str, Any]:
    """The whole schema, made once a process, in English."""
    with translation.override("en"):
        schema = SchemaGenerator().get_schema(request=None, public=True)
    schema["servers"] = [{"url": settings.SITE_URL}]
    schema["info"]["description"] = DESCRIPTION
    return schema
