"""The hosted page: a payment page like any other, with buttons for what can go wrong."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from sandbox.forms import METHOD_NAMES, Outcome, PayForm
from sandbox.models import CheckoutSession, SessionStatus
from sandbox.services import payments, sessions
from sandbox.views.pages import page

PAYING = (Outcome.PAY, Outcome.LOST, Outcome.TWICE, Outcome.LATE, Outcome.REVERSED)


@page
@require_http_methods(["GET", "POST"])
def session_pay(request: HttpRequest, public_id: str) -> HttpResponse:
    sessions.expire_overdue()
    session = get_object_or_404(CheckoutSession, public_id=public_id)
    with translation.override(_language(session)):
        if request.method == "POST":
            return _act(request, session)
        return _show(request, session, PayForm(session=session))


def _act(request: HttpRequest, session: CheckoutSession) -> HttpResponse:
    form = PayForm(request.POST, session=session)
    if not form.is_valid():
        return _show(request, session, form, status=422)
    outcome, method = Outcome(form.cleaned_data["outcome"]), form.cleaned_data["method"]
    email = form.cleaned_data["email"]
    try:
        if outcome in PAYING:
            payments.pay(session, method=method, email=email, plan=form.plan)
        elif outcome == Outcome.SLOW:
            payments.pay_slowly(session, method=method, email=email)
        elif outcome == Outcome.DECLINE:
            payments.decline(session, method=method)
        else:
            payments.fail_authentication(session)
    except payments.SessionOver:
        session.refresh_from_db()
    if session.status == SessionStatus.COMPLETE:
        return HttpResponseRedirect(return_address(session))
    return HttpResponseRedirect(request.path)


def return_address(session: CheckoutSession) -> str:
    return session.success_url.replace("{CHECKOUT_SESSION_ID}", session.public_id)


def _show(
    request: HttpRequest, session: CheckoutSession, form: PayForm, *, status: int = 200
) -> HttpResponse:
    intent = getattr(session, "intent", None)
    items = [item | {"total": item["unit_amount"] * item["quantity"]} for item in session.items]
    chosen = form["method"].value() or session.methods[0]
    context = {
        "session": session,
        "items": items,
        "form": form,
        "methods": [(name, METHOD_NAMES[name], name == chosen) for name in session.methods],
        "last_error": (intent.last_error or {}).get("code") if intent else None,
        "return_address": return_address(session),
        "is_open": session.status == SessionStatus.OPEN,
        "is_complete": session.status == SessionStatus.COMPLETE,
    }
    return render(request, "sandbox/session_pay.html", context, status=status)


def _language(session: CheckoutSession) -> str:
    """The shop's wish, else the browser's."""
    if session.locale in {"", "auto"}:
        return translation.get_language() or "en"
    return "zh-hans" if session.locale.startswith("zh") else "en"
