from modeltranslation.translator import TranslationOptions, register

from orders.models import OrderLine


@register(OrderLine)
class OrderLineTranslation(TranslationOptions):
    fields = ("title",)
