"""Certificates: for who earned one, and for whoever wants to know whether one is true."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import qr
from core.limits import is_within
from courses import certificates
from courses.forms.certificates import NumberForm
from courses.models import Certificate, Course
from courses.pdf import certificate_pdf, verify_url
from courses.queries import certificates as queries
from courses.queries.access import course_access, for_reader
from courses.queries.standing import certificate_of, current_rule, standings
from courses.services import certificates as services

LOOKS, WINDOW = 30, 60  # at certificates, from one address, in so many seconds


@never_cache
@login_required
@require_safe
def my_certificates(request: HttpRequest) -> HttpResponse:
    """All I earned, also where my seat has ended since."""
    found = list(queries.earned_by(request.user))
    return render(request, "courses/my_certificates.html", {"certificates": found})


@never_cache
@login_required
@require_safe
def certificate_mine(request: HttpRequest, slug: str) -> HttpResponse:
    """My certificate of the course, or what is still missing. Gives it when it is due."""
    course = get_object_or_404(for_reader(request.user), slug=slug)
    access = course_access(request.user, course, timezone.now())
    if access.is_enrolled:
        services.issue_due(course=course, user=request.user)
    certificate = certificate_of(course, request.user.pk)
    rule = current_rule(course)
    if certificate is None and not (access.is_enrolled and rule):
        raise Http404
    context = {"course": course, "access": access, "certificate": certificate, "rule": rule}
    if certificate is not None:
        context |= {
            "parts": certificates.parts(certificate.rule, certificates.met(certificate.facts)),
            "verify_url": verify_url(certificate),
            "code": qr.svg(verify_url(certificate)),
        }
    elif rule is not None:
        context["parts"] = _still(course, request)
    return render(request, "courses/certificate_mine.html", context)


def _still(course: Course, request: HttpRequest) -> list[certificates.Part]:
    """What the rule asks and how far I am, by the run that brings me nearest."""
    rule = current_rule(course)
    runs = course.cohorts.filter(enrollments__in=request.user.enrollments.giving_access())
    found, me = [], int(request.user.pk)
    for cohort in runs.distinct():
        cohort.course = course
        standing = standings(cohort, [me])[me]
        found.append(certificates.parts(rule, standing))
    return max(found, key=lambda parts: sum(part.is_met for part in parts), default=[])


@require_POST
@login_required
def certificate_name(request: HttpRequest, slug: str) -> HttpResponse:
    """Show my name to strangers who have the number, or no longer."""
    mine = Certificate.objects.filter(user=request.user, course__slug=slug)
    certificate = get_object_or_404(mine.valid())
    services.show_name(certificate=certificate, shown=request.POST.get("shown") == "1")
    return redirect("courses:certificate-mine", slug)


@never_cache
@login_required
@require_safe
def certificate_file(request: HttpRequest, number: str) -> HttpResponse:
    """As PDF, for its holder and for those who work on the course."""
    found = queries.by_number(number)
    certificate = get_object_or_404(queries.kept_by(request.user).valid(), pk=found and found.pk)
    response = HttpResponse(certificate_pdf(certificate), content_type="application/pdf")
    name = f"certificate-{certificate.label}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@require_http_methods(["GET"])
def certificate_find(request: HttpRequest) -> HttpResponse:
    """Where a number is typed in."""
    form = NumberForm(request.GET if "number" in request.GET else None)
    if form.is_valid():
        typed = "".join(sign for sign in form.cleaned_data["number"] if sign.isalnum())
        if typed:
            return redirect("courses:certificate-verify", typed)
        form.add_error("number", NumberForm.base_fields["number"].help_text)
    return render(request, "courses/certificate_find.html", {"form": form})


@never_cache
@require_safe
def certificate_verify(request: HttpRequest, number: str) -> HttpResponse:
    """Whether there is such a certificate, and what of it its holder shows."""
    if not is_within(request, "certificates", most=LOOKS, seconds=WINDOW):
        return render(request, "courses/certificate_wait.html", status=429)
    certificate = queries.by_number(number)
    context = {
        "certificate": certificate,
        "number": number,
        "form": NumberForm(),
        "is_replaced": hasattr(certificate, "replacement"),
    }
    status = 200 if certificate else 404
    response = render(request, "courses/certificate_verify.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
