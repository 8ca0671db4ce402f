"""Started by the clock: does what is still owed, so it may run at any time, and twice."""

from celery import shared_task

from core.logs import logger
from incentives.services import proposals


@shared_task
def propose_contributions() -> None:
    """Talks held, hours helped, answers accepted: drafts for those who did it."""
    made = proposals.propose()
    if made:
        logger.info("contributions_proposed", made=made)
