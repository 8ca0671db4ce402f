import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.ids import public_id

# Found in the study of somebody who writes: no animal, no rank, nothing to be teased with
THINGS = (
    "Bamboo", "Brush", "Cedar", "Cinnabar", "Cloud", "Inkstone", "Jade", "Lantern", "Lotus",
    "Maple", "Moon", "Orchid", "Paper", "Pine", "Plum", "River", "Scroll", "Seal", "Silk",
    "Spring", "Stone", "Tea", "Willow", "Window",
)  # fmt: skip


def new_pseudonym() -> str:
    """Such as `Inkstone 48217`: says nothing of the person."""
    return f"{secrets.choice(THINGS)} {secrets.randbelow(90_000) + 10_000}"


class PublicName(models.Model):
    """Under what a contributor stands on public pages: the pseudonym, unless they choose their
    name. Co-authors are named by their pseudonym, so that no form tells who has an account.

    `public_id` is the person's id in published statements: it never changes, whatever they are
    called, and means nobody once they deleted their account."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="public_name"
    )
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    shows_name = models.BooleanField(_("show my name"), default=False)
    pseudonym = models.CharField(_("pseudonym"), max_length=40, default=new_pseudonym)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("pseudonym"), name="pseudonym_once"),
            models.CheckConstraint(name="pseudonym_there", condition=~Q(pseudonym="")),
        ]

    def __str__(self) -> str:
        """What everybody may read. Needs `user`: select it along."""
        return (self.shows_name and self.user.name) or self.pseudonym
