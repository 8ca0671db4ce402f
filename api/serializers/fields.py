"""How the API writes what every answer holds: instants, texts in two languages, money."""

from datetime import UTC
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.money import CURRENCY_CHOICES
from orders.models import Order
from ticketing.models import TicketType

CODES = [code for code, _name in settings.LANGUAGES]
TEXTS = {
    "type": "object",
    "properties": {code: {"type": ["string", "null"]} for code in CODES},
    "required": CODES,
    "example": {"zh-hans": "零知识之夜", "en": "A night of zero knowledge"},
}
MONEY = {
    "type": "object",
    "properties": {
        "amount_minor": {"type": "integer", "minimum": 0},
        "currency": {"type": "string", "enum": [code for code, _name in CURRENCY_CHOICES]},
    },
    "required": ["amount_minor", "currency"],
    "example": {"amount_minor": 12800, "currency": "CNY"},
}


class Instant(serializers.DateTimeField):
    """UTC, whatever the zone of the person whose token it is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


class Beside(serializers.Field):
    """Made of several fields of the row that is shown, or of the one it names as `row`."""

    def __init__(self, *, row: str = "", **kwargs: Any) -> None:
        self.row = row
        super().__init__(source="*", read_only=True, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        return attrgetter(self.row)(instance) if self.row else instance


@extend_schema_field(TEXTS)
class Texts(Beside):
    """A translated field in every language; null where nobody has written it."""

    def __init__(self, of: str = "", **kwargs: Any) -> None:
        self.of = of
        super().__init__(**kwargs)

    def to_representation(self, row: models.Model) -> dict[str, str | None]:
        name = self.of or self.field_name
        return {code: getattr(row, f"{name}_{code.replace('-', '_')}") or None for code in CODES}


@extend_schema_field(MONEY)
class Money(Beside):
    """An integer in the currency's minor unit (¥128 is 12800, JP¥128 is 128) beside its code."""

    def __init__(self, amount: str, **kwargs: Any) -> None:
        self.amount = amount
        super().__init__(**kwargs)

    def to_representation(self, row: Order | TicketType) -> dict[str, Any]:
        return {"amount_minor": getattr(row, self.amount), "currency": row.currency}


class RowSerializer(serializers.ModelSerializer):
    """Reads rows. Nothing is written through it: services write."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: Instant,
    }

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for field in fields.values():
            field.read_only = True
        return fields
