"""Mails to authors of contributions, in their own language."""

from django.conf import settings

from core.mail import send_mail
from incentives.models import ContributionShare
from incentives.models.contributions import REVIEWING


def send_news(share: ContributionShare) -> None:
    """Tell one author what reviewers said last. Raises OSError."""
    work, user = share.contribution, share.user
    words = work.decisions.filter(verdict__in=REVIEWING).select_related("by")
    send_mail(
        to=user.email,
        template="contribution_news",
        context={
            "work": work,
            "word": words.order_by("-pk").first(),
            "points": share.points,
            "work_url": f"{settings.SITE_URL}{work.get_absolute_url()}",
        },
        language=user.language or settings.LANGUAGE_CODE,
        time_zone=user.time_zone or "UTC",
    )
