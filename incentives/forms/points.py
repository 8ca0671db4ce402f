from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incentives.models import Kind, PointsTable, Size
from incentives.services.points import budgets_of, points_of


class PointsForm(forms.Form):
    """`points-<kind>-<size>` and `budget-<kind>`, the latter in percent."""

    note = forms.CharField(
        label=_("What changes, and why"),
        max_length=240,
        help_text=_("Everybody can read it beside the table."),
    )

    def __init__(
        self, *args: Any, table: PointsTable | None, note: str = "", **kwargs: Any
    ) -> None:
        points, budgets = points_of(table), budgets_of(table)
        super().__init__(*args, initial={"note": note}, **kwargs)
        for kind in Kind:
            for size in Size:
                self.fields[f"points-{kind}-{size}"] = forms.IntegerField(
                    label=f"{kind.label} · {size.label}",
                    min_value=1,
                    max_value=1_000_000,
                    initial=points.get((kind, size)),
                )
            self.fields[f"budget-{kind}"] = forms.DecimalField(
                label=_("%(kind)s: part of the money in percent") % {"kind": kind.label},
                min_value=0,
                max_value=100,
                decimal_places=2,
                initial=Decimal(budgets.get(kind, 0)) / 100,
            )

    @property
    def lines(self) -> list[tuple[Kind, list[forms.BoundField], forms.BoundField]]:
        return [
            (kind, [self[f"points-{kind}-{size}"] for size in Size], self[f"budget-{kind}"])
            for kind in Kind
        ]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for kind in Kind:
            row = [data.get(f"points-{kind}-{size}") or 0 for size in Size]
            if all(row) and row != sorted(row):
                message = _("A larger work is never worth less than a smaller one.")
                self.add_error(f"points-{kind}-{Size.LARGE}", message)
        return data

    def terms(self) -> dict[str, Any]:
        """After it is valid: what the service wants to know."""
        data = self.cleaned_data
        return {
            "note": data["note"],
            "points": {
                (kind, size): data[f"points-{kind}-{size}"] for kind in Kind for size in Size
            },
            "budgets": {kind: int(data[f"budget-{kind}"] * 100) for kind in Kind},
        }
