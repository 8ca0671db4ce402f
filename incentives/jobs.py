"""Started by the clock: does what is still owed, so it may run at any time, and twice."""

from celery import shared_task
from django.utils import timezone

from core.logs import logger
from incentives.models import PassPolicy
from incentives.services import proposals
from incentives.services.policies import give_due


@shared_task
def propose_contributions() -> None:
    """Talks held, hours helped, answers accepted: drafts for those who did it."""
    made = proposals.propose()
    if made:
        logger.info("contributions_proposed", made=made)


@shared_task
def give_passes() -> int:
    """What the rules in force owe; says how many passes were given."""
    now = timezone.now()
    return sum(give_due(policy, now) for policy in PassPolicy.objects.in_force())
