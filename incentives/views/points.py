"""The table of points: what anyone reads, and what administrators write."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.forms import add_refusal
from incentives.forms.points import PointsForm
from incentives.queries import points as queries
from incentives.services import points as services
from incentives.views.access import for_administrators


@require_safe
def points_list(request: HttpRequest) -> HttpResponse:
    """The table in force, and all that were before it."""
    tables = list(queries.published())
    return _table(request, tables, tables[0] if tables else None)


@require_safe
def points_detail(request: HttpRequest, version: int) -> HttpResponse:
    """One version, compared with the one before it."""
    tables = list(queries.published())
    table = next((table for table in tables if table.version == version), None)
    if table is None:
        raise Http404
    return _table(request, tables, table)


def _table(request: HttpRequest, tables: list, table: object) -> HttpResponse:
    older = [each for each in tables if table and each.version < table.version]
    context = {
        "tables": tables,
        "table": table,
        "lines": queries.lines(table, older[0] if older else None) if table else [],
        "before": older[0] if older else None,
        "is_in_force": bool(tables) and table is tables[0],
        "may_edit": request.user.is_superuser,
    }
    return render(request, "incentives/points_detail.html", context)


@for_administrators
@require_http_methods(["GET", "POST"])
def points_edit(request: HttpRequest) -> HttpResponse:
    draft, current = queries.draft(), queries.in_force()
    form = PointsForm(
        request.POST or None, table=draft or current, note=draft.note if draft else ""
    )
    if form.is_valid():
        try:
            services.save_draft(by=request.user, **form.terms())
        except DomainError as error:
            add_refusal(form, error)
        else:
            return redirect("incentives:points-publish")
    context = {"form": form, "draft": draft, "current": current}
    return render(request, "incentives/points_edit.html", context)


@for_administrators
@require_http_methods(["GET", "POST"])
def points_publish(request: HttpRequest) -> HttpResponse:
    """What would change, and the button that changes it."""
    draft, current = queries.draft(), queries.in_force()
    if draft is None:
        return redirect("incentives:points-edit")
    if request.method == "POST":
        try:
            services.publish(draft=draft, by=request.user)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("incentives:points-publish")
        messages.success(request, _("Version %(number)s is in force.") % {"number": draft.version})
        return redirect("incentives:points-list")
    context = {
        "draft": draft,
        "current": current,
        "lines": queries.lines(draft, current),
        "affected": queries.affected(draft, current),
    }
    return render(request, "incentives/points_publish.html", context)


@for_administrators
@require_http_methods(["GET", "POST"])
def points_drop(request: HttpRequest) -> HttpResponse:
    draft = queries.draft()
    if draft is None:
        return redirect("incentives:points-edit")
    if request.method == "POST":
        services.drop_draft(draft=draft)
        messages.success(request, _("The draft is gone."))
        return redirect("incentives:points-list")
    return render(request, "incentives/points_drop.html", {"draft": draft})
