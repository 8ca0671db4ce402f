from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.serializers.community import ChapterSerializer, CitySerializer
from api.serializers.fields import Instant, RowSerializer, Texts
from events.models import AttendanceMode, Event, EventStatus, SpokenLanguage, Talk, Venue


class When(models.TextChoices):
    UPCOMING = "upcoming", _("Upcoming")
    PAST = "past", _("Past")


class EventQuerySerializer(serializers.Serializer):
    """What the list of events can be narrowed by."""

    when = serializers.ChoiceField(
        When.choices,
        default=When.UPCOMING,
        help_text="Upcoming ones come soonest first, past ones latest first.",
    )
    chapter = serializers.SlugField(required=False, help_text="The chapter's slug.")
    city = serializers.SlugField(required=False, help_text="The slug of the venue's city.")
    attendance_mode = serializers.ChoiceField(
        AttendanceMode.choices,
        required=False,
        help_text="`online` and `offline` find mixed events too.",
    )
    language = serializers.ChoiceField(
        SpokenLanguage.choices,
        required=False,
        help_text="Spoken there; `zh` and `en` find events in both too.",
    )
    search = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="Words in titles, texts, talks, speakers and places; Chinese too.",
    )


class VenueSerializer(RowSerializer):
    name = Texts()
    address = Texts()
    city = CitySerializer()

    class Meta:
        model = Venue
        fields = ["name", "address", "city", "map_url"]


class EventSerializer(RowSerializer):
    id = serializers.CharField(source="public_id")
    url = serializers.SerializerMethodField(help_text="Its page for people.")
    title = Texts()
    summary = Texts()
    chapter = ChapterSerializer()
    venue = VenueSerializer(allow_null=True, help_text="Null for an online event.")
    status = serializers.ChoiceField(EventStatus.choices)
    attendance_mode = serializers.ChoiceField(AttendanceMode.choices)
    spoken_language = serializers.ChoiceField(SpokenLanguage.choices)
    time_zone = serializers.CharField(help_text="IANA name of the zone that it is held in.")

    class Meta:
        model = Event
        fields = [
            "id",
            "slug",
            "url",
            "title",
            "summary",
            "chapter",
            "status",
            "attendance_mode",
            "spoken_language",
            "start_at",
            "end_at",
            "time_zone",
            "venue",
        ]

    def get_url(self, event: Event) -> str:
        return settings.SITE_URL + event.get_absolute_url()


class EventDetailSerializer(EventSerializer):
    description = Texts(help_text="Markdown.")
    cover_url = serializers.SerializerMethodField(help_text="Its picture, if it has one.")
    canceled_at = Instant(allow_null=True)
    cancel_reason = serializers.CharField(allow_blank=True)

    class Meta(EventSerializer.Meta):
        fields = [
            *EventSerializer.Meta.fields,
            "description",
            "cover_url",
            "canceled_at",
            "cancel_reason",
        ]

    def get_cover_url(self, event: Event) -> str | None:
        return settings.SITE_URL + event.cover.url if event.cover else None


class NamedSerializer(serializers.Serializer):
    """A room or a speaker."""

    name = Texts()


class TalkSerializer(RowSerializer):
    id = serializers.CharField(source="public_id")
    url = serializers.SerializerMethodField(help_text="Its page for people.")
    title = Texts()
    abstract = Texts(help_text="Markdown.")
    kind = Texts(help_text="Talk, workshop, break …")
    tags = serializers.ListField(child=serializers.CharField())
    room = NamedSerializer(allow_null=True)
    speakers = NamedSerializer(many=True)

    class Meta:
        model = Talk
        fields = [
            "id",
            "url",
            "title",
            "abstract",
            "kind",
            "language",
            "tags",
            "start_at",
            "end_at",
            "room",
            "speakers",
            "slides_url",
            "video_url",
        ]

    def get_url(self, talk: Talk) -> str:
        return f"{settings.SITE_URL}{talk.event.get_absolute_url()}talks/{talk.public_id}/"
