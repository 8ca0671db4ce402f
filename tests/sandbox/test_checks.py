"""The sandbox must not stand beside real money, nor open by mistake."""

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from sandbox.checks import check_sandbox


@pytest.mark.parametrize("key", ["sk_live_x", "rk_live_x"])
def test_live_key_stops_the_start(settings, key):
    settings.STRIPE_SECRET_KEY = key

    assert [error.id for error in check_sandbox()] == ["sandbox.E001"]
    with pytest.raises(ImproperlyConfigured, match="live Stripe key"):
        apps.get_app_config("sandbox").ready()
    with pytest.raises(SystemCheckError, match="live Stripe key"):
        call_command("check", tags=["security"])


def test_debug_off_needs_the_word_of_the_operator(settings):
    settings.DEBUG = settings.SANDBOX_PAYMENTS = False

    assert [error.id for error in check_sandbox()] == ["sandbox.E002"]
    settings.SANDBOX_PAYMENTS = True
    assert check_sandbox() == []


def test_debug_on_beside_a_test_key_is_fine(settings):
    settings.DEBUG, settings.SANDBOX_PAYMENTS = True, False
    settings.STRIPE_SECRET_KEY = "sk_test_x"

    assert check_sandbox() == []
