from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.services.archives import KEPT_FOR, keep_archive

MAX_UPLOAD = 2 * 1024**3
SALT = "kept course archive"


class ArchiveForm(forms.Form):
    """A zip file or, once it was looked at, the signed name under which it is kept.

    So the preview and what is written are of the same bytes. The name is signed for one page:
    `place` says which.
    """

    file = forms.FileField(
        label=_("Course"),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty. Choose another."),
        },
        help_text=_(
            "A zip file: one that was exported here, a folder of Markdown in one or several"
            " languages, a lesson of The Carpentries; or a Common Cartridge (.imscc). 2 GB at most."
        ),
        widget=forms.FileInput(attrs={"accept": ".zip,.imscc,application/zip"}),
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, place: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.salt = f"{SALT} {place}"
        self.fields["file"].required = not self.data.get("kept")

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if file and file.size > MAX_UPLOAD:
            raise ValidationError(_("The file is larger than 2 GB."), code="large")
        return file

    def clean(self) -> dict[str, Any]:
        """`token` and `name` of the archive, which is kept from now on."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if file := cleaned.get("file"):
            return {"token": keep_archive(file), "name": file.name}
        try:
            token, name = signing.loads(
                cleaned["kept"], salt=self.salt, max_age=KEPT_FOR.total_seconds()
            )
        except (signing.BadSignature, ValueError):
            gone = _("The file is no longer here. Choose it again.")
            raise ValidationError({"file": gone}, code="gone") from None
        return {"token": token, "name": name}

    def signed(self) -> str:
        return signing.dumps(
            [self.cleaned_data["token"], self.cleaned_data["name"]], salt=self.salt
        )
