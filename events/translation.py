from modeltranslation.translator import TranslationOptions, register

from events.models import Event, Room, Speaker, Talk, Venue


@register(Venue)
class VenueTranslation(TranslationOptions):
    fields = ("name", "address", "directions")


@register(Event)
class EventTranslation(TranslationOptions):
    fields = ("title", "summary", "description")


@register(Room)
class RoomTranslation(TranslationOptions):
    fields = ("name",)


@register(Speaker)
class SpeakerTranslation(TranslationOptions):
    fields = ("name", "bio")


@register(Talk)
class TalkTranslation(TranslationOptions):
    fields = ("title", "abstract", "kind")
