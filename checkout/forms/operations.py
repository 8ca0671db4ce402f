from datetime import UTC, date, datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models import InboxStatus

MOST_DAYS = 92


class InboxForm(forms.Form):
    """What an operator looks events up by. What does not fit is left out, not refused."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Id, kind or reason")}),
    )
    status = forms.ChoiceField(required=False, choices=InboxStatus.choices)

    def chosen(self) -> dict[str, str]:
        self.full_clean()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class ReconcileForm(forms.Form):
    since = forms.DateField(
        label=_("Payments since"),
        help_text=_("Everything since then is compared with the payment service's own list."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def clean_since(self) -> date:
        since, today = self.cleaned_data["since"], timezone.now().date()
        if not today - timedelta(days=MOST_DAYS) <= since <= today:
            raise ValidationError(
                _("Choose a day of the last %(days)s days.") % {"days": MOST_DAYS}, code="range"
            )
        return since

    @property
    def moment(self) -> datetime:
        """After it is valid: midnight UTC."""
        return datetime.combine(self.cleaned_data["since"], time(), UTC)
