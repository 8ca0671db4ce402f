"""Who reviews and who settles: administrators appoint them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from core.forms import add_refusal
from incentives.forms.officers import OfficerForm
from incentives.models import Officer
from incentives.services import officers as services
from incentives.views.access import for_administrators


@for_administrators
@require_http_methods(["GET", "POST"])
def officer_list(request: HttpRequest) -> HttpResponse:
    form = OfficerForm(request.POST or None)
    if form.is_valid():
        try:
            officer = services.appoint(by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            said = {"name": officer.user, "role": officer.get_role_display()}
            messages.success(request, _("%(name)s is appointed: %(role)s.") % said)
            return redirect("incentives:officer-list")
    officers = Officer.objects.select_related("user", "appointed_by")
    return render(request, "incentives/officer_list.html", {"form": form, "officers": officers})


@for_administrators
@require_http_methods(["GET", "POST"])
def officer_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    officer = get_object_or_404(Officer.objects.select_related("user"), pk=pk)
    if request.method == "POST":
        services.dismiss(officer=officer, by=request.user)
        messages.success(request, _("%(name)s is dismissed.") % {"name": officer.user})
        return redirect("incentives:officer-list")
    return render(request, "incentives/officer_dismiss.html", {"officer": officer})
