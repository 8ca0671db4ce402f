"""What the style guide page shows. No rows of the database."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _, pgettext_lazy


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
        "bars": [
            (day * 20, 80 - sold, sold) for day, sold in enumerate([8, 22, 35, 18, 60, 74, 41])
        ],
    }
