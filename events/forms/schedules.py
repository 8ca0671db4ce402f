import base64
import binascii
import zlib
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# What a request may carry twice: once as a file, then packed in a hidden field
MAX_UPLOAD = 10 * 1024 * 1024
MAX_PACKED = 4 * 1024 * 1024


class ScheduleForm(forms.Form):
    """A schedule as a file or, once it was looked at, packed: `cleaned_data["data"]`, its bytes.

    So the preview and what is written are of the same bytes, and nothing is kept on the server.
    """

    file = forms.FileField(
        label=_("Schedule"),
        error_messages={"required": _("Choose a file.")},
        help_text=_("The JSON of pretalx, frab or OPass, or an iCalendar file (.ics)."),
        widget=forms.FileInput(attrs={"accept": ".json,.ics,application/json,text/calendar"}),
    )
    packed = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("packed")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file and file.size > MAX_UPLOAD:
            raise ValidationError({"file": _("The file is larger than 10 MB.")}, code="large")
        data = file.read() if file else unpack(cleaned.get("packed", ""))
        if not data and not self.errors:
            raise ValidationError({"file": _("Choose a file.")}, code="empty")
        return {"data": data, "name": file.name if file else cleaned.get("name", "")}


def pack(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()


def unpack(text: str) -> bytes:
    """Empty for anything that `pack` did not make, and for more than we would have taken."""
    try:
        inflate = zlib.decompressobj()
        data = inflate.decompress(base64.b64decode(text, validate=True), MAX_UPLOAD + 1)
    except (binascii.Error, ValueError, zlib.error):
        return b""
    return data if inflate.eof and len(data) <= MAX_UPLOAD else b""
