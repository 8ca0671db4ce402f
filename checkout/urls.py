from django.urls import URLPattern, path

from checkout.views import webhook

app_name = "checkout"

# How an organizer looks after orders
manage: list[URLPattern] = []

# What the payment service calls
gateway = [path("webhooks/stripe/", webhook.stripe_webhook, name="stripe-webhook")]

urlpatterns = [*manage, *gateway]
