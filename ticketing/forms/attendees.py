from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import Event
from orders.models import Provider
from ticketing.models import TicketStatus
from ticketing.queries import attendees as queries


class AttendeeFilterForm(forms.Form):
    """What `queries.attendees` filters and sorts by. What does not fit is left out, not refused."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Name, e-mail, ticket or order")}
        ),
    )
    ticket_type = forms.ChoiceField(label=_("Ticket"), required=False)
    status = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Valid and held")), *TicketStatus.choices],
    )
    admitted = forms.ChoiceField(
        label=_("Admitted"),
        required=False,
        choices=[("", _("Any")), ("yes", _("Admitted")), ("no", _("Not yet"))],
    )
    paid_by = forms.ChoiceField(
        label=_("Paid by"),
        required=False,
        choices=[("", _("Any")), *Provider.choices, (queries.FREE, _("Free"))],
    )
    sort = forms.ChoiceField(
        label=_("Sort by"),
        required=False,
        choices=[
            (queries.NEWEST, _("Newest first")),
            (queries.OLDEST, _("Oldest first")),
            (queries.NAME, _("By name")),
        ],
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.public_id, kind.name) for kind in event.ticket_types.all()]
        self.fields["ticket_type"].choices = [("", _("Any")), *kinds]

    def chosen(self) -> dict[str, str]:
        """The filters that make sense, without the sort."""
        self.full_clean()
        return {name: self.cleaned_data.get(name, "") for name in self.fields if name != "sort"}

    def sorted_by(self) -> str:
        return self.cleaned_data.get("sort") or queries.NEWEST
