from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from incentives.queries import points, rules


@require_safe
def rules_detail(request: HttpRequest) -> HttpResponse:
    table = points.in_force()
    context = {
        "chapters": rules.chapters(),
        "version": rules.VERSION,
        "since": rules.SINCE,
        "table": table,
        "lines": points.lines(table) if table else [],
    }
    return render(request, "incentives/rules_detail.html", context)
