from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sandbox.models import CheckoutSession, DeliveryMode, DeliveryPolicy, Fault, FaultKind
from sandbox.services.events import Plan

METHOD_NAMES = {"card": _("Card"), "alipay": _("Alipay"), "wechat_pay": _("WeChat Pay")}


class Outcome(TextChoices):
    """The buttons of the hosted page."""

    PAY = "pay", _("Pay")
    DECLINE = "decline", _("The card is declined")
    FAIL_3DS = "fail_3ds", _("3-D Secure fails")
    LOST = "lost", _("Pay, but the shop never hears of it")
    TWICE = "twice", _("Pay, and tell the shop twice")
    LATE = "late", _("Pay, and tell the shop late")
    REVERSED = "reversed", _("Pay, and tell the shop in the wrong order")
    SLOW = "slow", _("Pay by a slow bank: it decides later")


PLANS = {
    Outcome.LOST: DeliveryMode.LOST,
    Outcome.TWICE: DeliveryMode.TWICE,
    Outcome.LATE: DeliveryMode.LATE,
    Outcome.REVERSED: DeliveryMode.REVERSED,
}


class PayForm(forms.Form):
    """What the payer chose on the hosted page. `plan` is how the shop shall hear of it."""

    outcome = forms.ChoiceField(choices=Outcome.choices)
    email = forms.EmailField(required=False, max_length=254)
    seconds = forms.IntegerField(required=False, min_value=1, max_value=3600)

    def __init__(self, *args: object, session: CheckoutSession, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, METHOD_NAMES[name]) for name in session.methods]
        self.fields["method"] = forms.ChoiceField(choices=choices)

    @property
    def plan(self) -> Plan | None:
        mode = PLANS.get(self.cleaned_data["outcome"])
        return Plan(mode, self.cleaned_data["seconds"] or 10) if mode else None


class FaultForm(forms.ModelForm):
    """The next calls whose path begins with `path` go wrong."""

    kind = forms.ChoiceField(choices=FaultKind.choices, label=_("What goes wrong"))

    class Meta:
        model = Fault
        fields = ["kind", "path", "remaining", "seconds"]
        labels = {
            "path": _("Calls that begin with"),
            "remaining": _("How many calls"),
            "seconds": _("Seconds to hang"),
        }


class PolicyForm(forms.ModelForm):
    """How events travel to the shop from now on."""

    class Meta:
        model = DeliveryPolicy
        fields = ["mode", "seconds"]
        labels = {"mode": _("Events are delivered"), "seconds": _("Seconds, if late or shuffled")}


class RefundForm(forms.Form):
    """`amount` in the smallest unit; none gives all back that is left."""

    amount = forms.IntegerField(required=False, min_value=1)
