"""Started by the clock: does what is still owed, so it may run at any time, and twice."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from core.logs import logger
from incentives import tasks
from incentives.models import ContributionShare, PassPolicy
from incentives.services import proposals
from incentives.services.policies import give_due

GRACE = timedelta(minutes=2)  # what a task in flight is given before the clock steps in
BATCH = 200


@shared_task
def propose_contributions() -> None:
    """Talks held, hours helped, answers accepted: drafts for those who did it."""
    made = proposals.propose()
    if made:
        logger.info("contributions_proposed", made=made)


@shared_task
def tell_authors() -> None:
    """Of what reviewers said, where no task has."""
    owed = ContributionShare.objects.untold().filter(
        contribution__news_at__lt=timezone.now() - GRACE
    )
    for pk in owed.values_list("contribution", flat=True).distinct()[:BATCH]:
        tasks.tell_authors.delay(pk)


@shared_task
def give_passes() -> int:
    """What the rules in force owe; says how many passes were given."""
    now = timezone.now()
    return sum(give_due(policy, now) for policy in PassPolicy.objects.in_force())
