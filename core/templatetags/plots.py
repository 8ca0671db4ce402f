from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from core.plots import Plot, PlotKind

register = template.Library()


@register.simple_tag
def plot(drawing: Plot) -> SafeString:
    """`{% plot dashboard.enrollments %}`: a figure with its numbers."""
    page = "plot_rows" if drawing.kind == PlotKind.ROWS else "plot"
    context: dict[str, Any] = {"plot": drawing}
    return render_to_string(f"components/{page}.html", context)
