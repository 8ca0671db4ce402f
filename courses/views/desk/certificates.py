"""What a course's certificate asks for, and who got one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.http import HtmxRequest
from courses.certificates import met, parts
from courses.forms.certificates import FindForm, ReasonForm, ReissueForm, RuleForm
from courses.models import Certificate, Course
from courses.queries import certificates as queries
from courses.queries.standing import current_rule
from courses.services import certificates as services
from courses.views.desk.access import course_edited_by

PAGE = 50


@login_required
@require_safe
def certificate_list(request: HtmxRequest, slug: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    form = FindForm(request.GET)
    q = form.cleaned_data["q"] if form.is_valid() else ""
    rules = list(course.certificate_rules.select_related("published_by"))
    context = {
        "course": course,
        "form": form,
        "rule": rules[0] if rules else None,
        "rules": rules,
        "page": Paginator(queries.issued(course, q=q), PAGE).get_page(request.GET.get("page")),
        "is_narrowed": bool(q),
    }
    template = "courses/certificate_list.html"
    return render(request, f"{template}#results" if request.htmx else template, context)


@login_required
@require_http_methods(["GET", "POST"])
def certificate_rule(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish the next version."""
    course = course_edited_by(request, slug)
    form = RuleForm(request.POST or None, rule=current_rule(course))
    if form.is_valid():
        try:
            services.publish_rule(course=course, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field, str(error))
        else:
            given = len(services.issue_due(course=course))
            words = _("Published. Certificates given at once: %(n)s.")
            messages.success(request, words % {"n": given})
            return redirect("courses:certificate-list", slug)
    context = {"course": course, "form": form, "rule": current_rule(course)}
    return render(request, "courses/certificate_rule.html", context)


def _certificate(course: Course, number: str) -> Certificate:
    found = queries.issued(course).select_related("course__chapter", "revoked_by", "replaces")
    return get_object_or_404(found, number=number.replace("-", ""))


@login_required
@require_safe
def certificate_manage(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    certificate = _certificate(course, number)
    context = {
        "course": course,
        "certificate": certificate,
        "parts": parts(certificate.rule, met(certificate.facts)),
        "replacement": Certificate.objects.filter(replaces=certificate).first(),
    }
    return render(request, "courses/certificate_manage.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def certificate_revoke(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    certificate = _certificate(course, number)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        services.revoke(certificate=certificate, by=request.user, **form.cleaned_data)
        messages.success(request, _("Revoked. Whoever asks is told so from now on."))
        return _back(course, certificate)
    context = {"course": course, "certificate": certificate, "form": form}
    return render(request, "courses/certificate_revoke.html", context)


@login_required
@require_POST
def certificate_reinstate(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    certificate = _certificate(course, number)
    try:
        services.reinstate(certificate=certificate, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The revocation is taken back."))
    return _back(course, certificate)


@login_required
@require_http_methods(["GET", "POST"])
def certificate_reissue(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    certificate = _certificate(course, number)
    form = ReissueForm(request.POST or None, initial={"name": certificate.name})
    if form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        try:
            made = services.reissue(certificate=certificate, by=request.user, **data)
        except DomainError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("Given again, under a new number."))
            return _back(course, made)
    context = {"course": course, "certificate": certificate, "form": form}
    return render(request, "courses/certificate_reissue.html", context)


def _back(course: Course, certificate: Certificate) -> HttpResponse:
    return redirect("courses:certificate-manage", course.slug, certificate.label)
