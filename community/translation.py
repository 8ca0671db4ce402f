from modeltranslation.translator import TranslationOptions, register

from community.models import Chapter, City


@register(City)
class CityTranslation(TranslationOptions):
    fields = ("name",)


@register(Chapter)
class ChapterTranslation(TranslationOptions):
    fields = ("name", "description", "tax_name")
