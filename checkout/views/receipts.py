"""A buyer's receipts: written when first asked for, then as paper in either language."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from checkout.forms.money import ReceiptForm
from checkout.services import receipts
from checkout.views.orders import file_answer, find_order, secret_page
from core.errors import DomainError
from core.forms import add_refusal
from orders.models import Order, PaymentStatus
from orders.pdf import receipt_pdf


@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def order_receipts(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Says whom it is for, and writes it; afterwards lists what was written."""
    order = find_order(public_id)
    if not order.payments.filter(status=PaymentStatus.SUCCEEDED).exists():
        return redirect(order)
    form = ReceiptForm(request.POST or None, instance=order)
    if form.is_valid():
        try:
            _write(order, form)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Your receipt is written."))
            return redirect("checkout:order-receipts", order.public_id)
    context = {"order": order, "form": form, "receipts": list(order.receipts.all())}
    return render(request, "checkout/order_receipts.html", context)


def _write(order: Order, form: ReceiptForm) -> None:
    receipts.change_buyer(order=order, **form.cleaned_data)
    receipts.issue_receipt(order=order)


@require_safe
@secret_page
def order_receipt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`?number=` one of them, else the one that counts; `?language=` else the order's."""
    order = find_order(public_id)
    number = request.GET.get("number")
    mine = order.receipts.filter(number=number) if number else order.receipts.filter(refund=None)
    receipt = mine.last()
    language = request.GET.get("language", order.language)
    if receipt is None or language not in dict(settings.LANGUAGES):
        raise Http404
    body = receipt_pdf(receipt, language)
    return file_answer(body, "application/pdf", f"receipt-{receipt.number}.pdf")
