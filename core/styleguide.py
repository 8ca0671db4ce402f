"""What the style guide page shows. No rows of the database."""

from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from core.plots import Plot, Series, bars, line, rows, short_days, steps


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label=pgettext_lazy("person", "Name"), help_text=_("As it should stand on the ticket.")
    )
    email = forms.EmailField(label=_("E-mail"))
    city = forms.ChoiceField(label=_("City"), choices=[("sz", "深圳 Shenzhen"), ("b", "Berlin")])
    starts_at = forms.DateTimeField(
        label=_("Begins"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    about = forms.CharField(label=_("About you"), required=False, widget=forms.Textarea)
    format = forms.ChoiceField(
        label=_("How do you take part?"),
        choices=[("online", _("Online")), ("offline", _("On site"))],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        choices=[("zk", "零知识证明"), ("l2", "Rollups"), ("wallet", "Wallets 钱包")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    cover = forms.FileField(label=_("Cover picture"), required=False)
    agrees = forms.BooleanField(label=_("I keep to the community's code of conduct."))


def sample_rows() -> dict[str, Any]:
    return {
        "chapter_names": ["深圳", "指北", "零知识", "以太开发", "链", "Berlin", "Open Source"],
        "sample_page": Paginator(range(95), 10).page(3),
        "plots": sample_plots(),
    }


def sample_plots() -> list[Plot]:
    days = [date(2026, 11, day) for day in (2, 3, 5, 9, 14, 15, 22, 25)]
    weeks = short_days(days)
    sold, free = Series("Sold", [8, 22, 35, 18, 60, 74, 41, 12]), Series("Free", [2, 0, 4, 9] * 2)
    seats = Series("Seats taken", [1, 4, 9, 12, 13, 17, 22, 24])
    lessons = ["什么是零知识", "Circuits, and why they grow", "Trusted setups 可信设置"]
    return [
        bars("sample-sales", "Sales by day", weeks, sold, head="Day", accent=5),
        bars("sample-both", "Sold and free", weeks, sold, free, head="Day"),
        steps("sample-seats", "Seats over time", days, seats, Series("Places", [24] * 8)),
        line("sample-line", "Answers over time", days, sold),
        rows("sample-rows", "Where learners stop", lessons, Series("Completed", [22, 14, 5]),
             Series("Opened", [2, 7, 1]), head="Lesson", whole=24),
    ]  # fmt: skip
