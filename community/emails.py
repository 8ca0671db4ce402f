from django.conf import settings
from django.urls import reverse

from community.models import Invitation
from core.mail import send_mail
from core.seal import seal_text


def send_invitation(invitation: Invitation) -> None:
    """Mail the link, in the invitation's language. Raises OSError."""
    path = reverse("community:invitation-accept", args=[invitation.token])
    send_mail(
        to=invitation.email,
        template="chapter_invitation",
        context={
            "invitation": invitation,
            "chapter": invitation.chapter,
            "seal_text": seal_text(invitation.chapter.seal_text or invitation.chapter.name),
            "accept_url": f"{settings.SITE_URL}{path}",
        },
        language=invitation.language,
        time_zone=invitation.chapter.time_zone,
        reply_to=invitation.chapter.contact_email,
    )
