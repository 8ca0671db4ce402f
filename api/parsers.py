import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

MOST_BYTES = 256 * 1024


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = _("The body is too large.")


class StrictJSONParser(BaseParser):
    """JSON as its standard has it: UTF-8, no NaN, and no deeper or longer than we have use for."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        text = stream.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise TooLarge
        try:
            return json.loads(text.decode(), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise ParseError(_("The body is not readable as JSON.")) from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
