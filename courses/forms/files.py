from typing import Any

from django import forms
from django.conf import settings

from courses.models import Lesson, Material, MaterialKind


class UploadForm(forms.Form):
    """What is said about a file before it comes; `name` and `size` where it comes in pieces."""

    file = forms.FileField(required=False, allow_empty_file=True, max_length=255)
    name = forms.CharField(required=False, max_length=255)
    size = forms.IntegerField(required=False, min_value=0, max_value=2**62)
    language = forms.ChoiceField(required=False, choices=[("", ""), *settings.LANGUAGES])
    captions_of = forms.ModelChoiceField(
        Material.objects.none(), required=False, to_field_name="public_id"
    )

    def __init__(self, *args: Any, lesson: Lesson, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        videos = Material.objects.drafts().filter(lesson=lesson, kind=MaterialKind.VIDEO)
        self.fields["captions_of"].queryset = videos

    @property
    def about(self) -> dict[str, Any]:
        return {key: self.cleaned_data[key] for key in ("language", "captions_of")}

    @property
    def piecewise(self) -> dict[str, Any]:
        return self.about | {
            "name": self.cleaned_data["name"],
            "size": self.cleaned_data["size"] or 0,
        }
