from typing import Self

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from accounts.models import User
from community.models import Chapter
from core.ids import public_id
from events.models import Event
from incentives.models.points import Kind, PointsTable, Size
from orders.models.shares import WHOLE


class ContributionStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("contribution", "Proposed")
    SUBMITTED = "submitted", pgettext_lazy("contribution", "In review")
    ACCEPTED = "accepted", pgettext_lazy("contribution", "Accepted")
    REJECTED = "rejected", pgettext_lazy("contribution", "Not accepted")
    APPEALED = "appealed", pgettext_lazy("contribution", "Appealed")
    WITHDRAWN = "withdrawn", pgettext_lazy("contribution", "Withdrawn")


WAITING = (ContributionStatus.SUBMITTED, ContributionStatus.APPEALED)
DECIDED = (ContributionStatus.ACCEPTED, ContributionStatus.REJECTED)


def private_files() -> Storage:
    return storages["files"]


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def of(self, user: User) -> Self:
        """Those in which `user` has a share, or which they entered."""
        share = ContributionShare.objects.filter(contribution=OuterRef("pk"), user=user.pk)
        return self.filter(Q(Exists(share)) | Q(created_by=user.pk))

    def not_of(self, user: User) -> Self:
        share = ContributionShare.objects.filter(contribution=OuterRef("pk"), user=user.pk)
        return self.filter(~Exists(share)).exclude(created_by=user.pk)

    def waiting(self) -> Self:
        return self.filter(status__in=WAITING)

    def accepted(self) -> Self:
        return self.filter(status=ContributionStatus.ACCEPTED)


class Contribution(models.Model):
    """One piece of work. `draft` is what the system proposes to its author: nobody else sees it.

    `size` and `points` are what reviewers said, by the `table` that was in force then; the
    points of the shares sum to `points`. `round` grows with each appeal. `source` names what
    the system took it from (`talk:<public id>`). `done_on` may lie ahead for a talk only. `news_at`
    is when reviewers last said something that its authors have to hear.
    """

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    chapter = models.ForeignKey(
        Chapter, models.PROTECT, null=True, blank=True, related_name="contributions"
    )
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="contributions"
    )
    title = models.CharField(_("title"), max_length=160)
    description = models.TextField(_("description"), blank=True, max_length=4000)
    evidence_url = models.URLField(_("link"), blank=True, max_length=500)
    evidence_file = models.FileField(
        _("file"), storage=private_files, upload_to="evidence/", blank=True
    )
    evidence_name = models.CharField(max_length=160, blank=True)
    evidence_type = models.CharField(max_length=100, blank=True)
    done_on = models.DateField(_("done on"))
    size_asked = models.CharField(_("size"), max_length=1, choices=Size)
    size = models.CharField(max_length=1, choices=Size, blank=True)
    status = models.CharField(
        max_length=10, choices=ContributionStatus, default=ContributionStatus.SUBMITTED
    )
    round = models.PositiveSmallIntegerField(default=0, editable=False)
    points = models.PositiveIntegerField(null=True, blank=True)
    table = models.ForeignKey(
        PointsTable, models.PROTECT, null=True, blank=True, related_name="contributions"
    )
    source = models.CharField(max_length=80, blank=True, default="", editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="entered_contributions"
    )
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    news_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["submitted_at"],
                condition=Q(status__in=WAITING),
                name="contribution_waiting",
            ),
            models.Index(fields=["status", "done_on"]),
        ]
        constraints = [
            models.CheckConstraint(name="contribution_kind", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="contribution_sizes",
                condition=Q(size_asked__in=Size.values, size__in=["", *Size.values]),
            ),
            models.CheckConstraint(
                name="contribution_status", condition=Q(status__in=ContributionStatus.values)
            ),
            models.CheckConstraint(
                name="contribution_submitted",
                condition=Q(submitted_at__isnull=False)
                | Q(status__in=[ContributionStatus.DRAFT, ContributionStatus.WITHDRAWN]),
            ),
            models.CheckConstraint(
                name="contribution_decided",
                condition=Q(status__in=DECIDED, decided_at__isnull=False)
                | Q(~Q(status__in=DECIDED), decided_at=None),
            ),
            models.CheckConstraint(
                name="contribution_points",
                condition=Q(
                    ~Q(size=""),
                    status=ContributionStatus.ACCEPTED,
                    points__gte=1,
                    table__isnull=False,
                )
                | Q(~Q(status=ContributionStatus.ACCEPTED), size="", points=None, table=None),
            ),
            models.CheckConstraint(
                name="contribution_evidence",
                condition=~Q(evidence_url="", evidence_file="", source="")
                | Q(status=ContributionStatus.DRAFT),
            ),
            models.UniqueConstraint(
                name="contribution_source_once", fields=["source"], condition=~Q(source="")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("incentives:contribution-detail", args=[self.public_id])


class ContributionShareQuerySet(models.QuerySet["ContributionShare"]):
    def untold(self) -> Self:
        """Whose holders have yet to hear by mail what reviewers said last."""
        is_old = Q(told_at__lt=F("contribution__news_at")) | Q(told_at=None)
        return self.filter(is_old, contribution__news_at__isnull=False, user__is_active=True)


class ContributionShare(models.Model):
    """Which part of the work is whose. Weights of one contribution sum to 10000; points are
    divided by them when it is accepted (`core.money.allocate`, in the order of the rows)."""

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="shares")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="contribution_shares"
    )
    weight = models.PositiveSmallIntegerField(_("share in basis points"), default=WHOLE)
    points = models.PositiveIntegerField(default=0, editable=False)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ContributionShareQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="contribution_share_once", fields=["contribution", "user"]
            ),
            models.CheckConstraint(
                name="contribution_share_weight", condition=Q(weight__gte=1, weight__lte=WHOLE)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.weight}"


class Verdict(models.TextChoices):
    """What somebody said of a contribution: reviewers the first four, its authors the rest."""

    ACCEPT = "accept", pgettext_lazy("verdict", "Accepted")
    REJECT = "reject", pgettext_lazy("verdict", "Not accepted")
    REVOKE = "revoke", pgettext_lazy("verdict", "Acceptance taken back")
    QUESTION = "question", pgettext_lazy("verdict", "Asked")
    ANSWER = "answer", pgettext_lazy("verdict", "Answered")
    APPEAL = "appeal", pgettext_lazy("verdict", "Appealed")
    WITHDRAW = "withdraw", pgettext_lazy("verdict", "Withdrawn")


REVIEWING = (Verdict.ACCEPT, Verdict.REJECT, Verdict.REVOKE, Verdict.QUESTION)
FINAL = (Verdict.ACCEPT, Verdict.REJECT)


class Decision(models.Model):
    """One word on a contribution, by whom and why. Never changed or deleted: triggers refuse;
    they refuse a reviewer's word by one of its authors, too.

    Nobody decides one contribution twice: so a large one has two reviewers, and an appeal others.
    """

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="decisions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict)
    size = models.CharField(max_length=1, choices=Size, blank=True)
    round = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(_("reason"), blank=True, max_length=2000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="decision_verdict", condition=Q(verdict__in=Verdict.values)
            ),
            models.CheckConstraint(
                name="decision_size",
                condition=Q(verdict=Verdict.ACCEPT, size__in=Size.values)
                | Q(~Q(verdict=Verdict.ACCEPT), size=""),
            ),
            models.CheckConstraint(
                name="decision_says_why",
                condition=Q(verdict__in=[Verdict.ACCEPT, Verdict.WITHDRAW]) | ~Q(text=""),
            ),
            models.UniqueConstraint(
                name="one_verdict_per_reviewer",
                fields=["contribution", "by"],
                condition=Q(verdict__in=FINAL),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contribution}: {self.verdict}"
