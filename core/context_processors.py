from django.conf import settings
from django.http import HttpRequest

THEMES = ("light", "dark")


def site(request: HttpRequest) -> dict[str, object]:
    theme = request.COOKIES.get("theme", "")
    return {
        "sandbox_payments": settings.SANDBOX_PAYMENTS,
        "theme": theme if theme in THEMES else "",
        "site_url": settings.SITE_URL,
    }
