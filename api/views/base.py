from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import NothingHere
from api.throttles import AnonymousThrottle, TokenThrottle
from core.errors import DomainError


class Endpoint(GenericAPIView):
    """One address. `scope` is what a token needs; `refusals` are the errors of its own, by which
    the schema knows them."""

    permission_classes = [AllowAny]
    throttle_classes = [AnonymousThrottle, TokenThrottle]
    refusals: tuple[type[DomainError] | type[APIException], ...] = ()

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Answers depend on who asks and may hold secrets: nobody keeps them."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class Nowhere(Endpoint):
    """Any other address below the API: an answer in its own shape, whatever the method."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NothingHere
