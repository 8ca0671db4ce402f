from modeltranslation.translator import TranslationOptions, register

from ticketing.models import TicketType


@register(TicketType)
class TicketTypeTranslation(TranslationOptions):
    fields = ("name", "description")
