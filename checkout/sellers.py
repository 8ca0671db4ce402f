"""Who sells. A further seller is one more app and one more word here."""

from types import ModuleType

from ticketing.services import sales

SELLERS: tuple[ModuleType, ...] = (sales,)
