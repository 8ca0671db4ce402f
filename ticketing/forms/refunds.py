from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ticketing.models import RefundRule
from ticketing.services.refund_rules import Rule

DAY = 24
MOST_HOURS = 366 * DAY
ROWS = 4


class RefundRuleForm(forms.Form):
    """One line of the rule; left empty, it is none."""

    before = forms.IntegerField(label=_("At the latest"), min_value=0, required=False)
    unit = forms.TypedChoiceField(
        label=_("Unit"),
        choices=[(DAY, _("days before the start")), (1, _("hours before the start"))],
        coerce=int,
    )
    percent = forms.IntegerField(
        label=_("Goes back, in percent"), min_value=1, max_value=100, required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (data.get("before") is None) != (data.get("percent") is None) and not self.errors:
            missing = "before" if data.get("before") is None else "percent"
            self.add_error(missing, _("Fill in both numbers, or none."))
        if self._hours(data) > MOST_HOURS:
            self.add_error("before", _("A year is the most."))
        return data

    def _hours(self, data: dict[str, Any]) -> int:
        return (data.get("before") or 0) * data.get("unit", DAY)

    @property
    def rule(self) -> Rule | None:
        """After it is valid."""
        data = self.cleaned_data
        return Rule(self._hours(data), data["percent"]) if data.get("percent") else None


class RefundRuleFormSet(forms.BaseFormSet):
    @property
    def rules(self) -> list[Rule]:
        return [form.rule for form in self.forms if form.rule]


RefundRules = forms.formset_factory(
    RefundRuleForm, formset=RefundRuleFormSet, extra=0, min_num=ROWS, max_num=12
)


def initial_rows(rules: Iterable[RefundRule]) -> list[dict[str, int]]:
    """Whole days as days, all else as hours."""
    return [
        {
            "before": rule.hours_before // unit,
            "unit": unit,
            "percent": rule.percent,
        }
        for rule in rules
        for unit in [1 if rule.hours_before % DAY or not rule.hours_before else DAY]
    ]
