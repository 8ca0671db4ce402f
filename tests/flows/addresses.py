"""Every address of the site: who may use it, and a row of somebody's for each of its parameters.

A new address fails `test_stranger` until it stands in one of these lists.
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver


class Access(Enum):
    PUBLIC = auto()  # everybody reads what is published
    SIGNED_IN = auto()  # everybody has one of their own
    SECRET = auto()  # whoever knows the long random part of the address is meant
    OWN = auto()  # one person's
    DEVICE = auto()  # a paired phone's
    LEARNER = auto()  # those who take the course
    DOOR = auto()  # those who open the chapter's doors
    RUN = auto()  # those who run the chapter
    OWNER = auto()  # its owners
    STAFF = auto()  # who operates the site
    LIBRARY = auto()  # somebody else's code, or practice: only never an error


ADDRESSES = {
    Access.PUBLIC: """
        core:healthz core:theme set_language sitemap
        community:chapter-list community:chapter-detail
        events:home events:event-list events:feed events:event-detail events:event-calendar
        events:event-agenda events:event-speakers events:talk-detail
        checkout:order-new checkout:seat-order-new checkout:stripe-webhook
        courses:course-list courses:course-detail courses:course-start
        incentives:pool-detail incentives:pool-csv incentives:policy-list incentives:rules-detail
        incentives:points-list incentives:points-detail
        courses:certificate-find courses:certificate-verify
        courses:badge-issuer courses:badge-status
        incentives:recompute-script incentives:pool-chain-csv
        incentives:period-detail incentives:statement-csv incentives:period-dispute
        courses:course-list courses:course-detail courses:course-start courses:course-feed
        incentives:pool-detail incentives:pool-csv
        ticketing:scanner ticketing:scanner-page ticketing:scanner-worker ticketing:scanner-manifest
        api:door-pair
        courses:lesson-detail courses:material-file
        api:docs api:schema api:event-list api:event-detail api:talk-list api:ticket-type-list
        api:order-create api:nowhere
        api:course-list api:course-detail api:lesson-detail
    """,
    Access.SIGNED_IN: """
        api:enrollment-list accounts:preferences accounts:token-list accounts:token-create
        events:desk events:markdown-preview checkout:my-tickets ticketing:my-passes
        incentives:earnings incentives:payout-account-create incentives:account-delete
        courses:teach courses:course-create courses:my-certificates courses:learn
        courses:teach courses:course-create courses:learn
        events:desk events:markdown-preview checkout:my-tickets checkout:calendar-edit ticketing:my-passes
        courses:teach courses:course-create
        incentives:contribution-list incentives:contribution-create incentives:public-name-edit
    """,
    Access.SECRET: """
        community:invitation-accept courses:invitation-accept api:order-detail
        checkout:order-detail checkout:order-pay checkout:order-cancel checkout:order-correct
        checkout:order-return checkout:order-pdf checkout:order-calendar
        checkout:order-receipts checkout:order-receipt ticketing:pass-take
        courses:class-link checkout:calendar-feed
    """,
    # and whose secret is no part of the address: a paired phone's
    Access.DEVICE: """
        api:door-status api:door-sync api:door-scan api:door-upload api:door-undo
        api:door-search api:door-walk-in api:door-wiped
    """,
    Access.OWN: """
        accounts:token-revoke ticketing:pass-link checkout:pass-exchange
        incentives:contribution-detail incentives:contribution-edit incentives:contribution-answer
        incentives:contribution-appeal incentives:contribution-withdraw
        incentives:contribution-evidence
        incentives:earning-detail incentives:payout-account-retire incentives:payout-withdraw
    """,
    Access.LEARNER: """
        courses:lesson-complete courses:lesson-progress
        courses:question-list courses:question-create courses:question-detail
        courses:question-edit courses:question-remove courses:question-hide
        courses:certificate-mine courses:certificate-name courses:certificate-file
        courses:certificate-badge
        courses:reply-accept courses:reply-edit courses:reply-remove courses:reply-hide
        courses:my-classes courses:class-detail courses:class-join
        courses:work-list courses:assignment-detail courses:work-file
        courses:my-classes courses:class-detail courses:class-join courses:announcement-list
        courses:quiz-detail courses:quiz-attempt courses:quiz-answer
    """,
    Access.DOOR: """
        ticketing:check-in ticketing:door-search ticketing:door-counts ticketing:check-in-undo
        api:check-in api:check-in-undo
    """,
    Access.RUN: """
        courses:lesson-draft courses:upload-create courses:upload-detail
        events:event-create events:venue-edit events:event-edit events:schedule-import
        events:event-publish events:event-log
        events:agenda-edit events:talk-create events:talk-edit events:talk-delete
        events:room-create events:room-edit events:room-delete
        events:speaker-list events:speaker-create events:speaker-edit events:speaker-delete
        ticketing:event-duplicate ticketing:event-unpublish ticketing:event-cancel
        ticketing:refund-rules ticketing:event-desk
        ticketing:pass-list ticketing:pass-give ticketing:pass-limit ticketing:pass-revoke
        ticketing:type-list ticketing:type-start ticketing:type-create ticketing:type-edit
        ticketing:type-retire ticketing:type-restore ticketing:type-move
        ticketing:quota-create ticketing:quota-edit ticketing:quota-delete
        ticketing:door-board ticketing:door-setup ticketing:door-list-create
        ticketing:door-list-daily ticketing:door-list-edit ticketing:door-list-delete
        ticketing:door-gate-create ticketing:door-gate-edit ticketing:door-gate-delete
        ticketing:door-key-rotate ticketing:device-list ticketing:device-edit
        ticketing:device-revoke ticketing:pairing-detail
        ticketing:attendee-list ticketing:attendee-csv ticketing:attendee-xlsx
        ticketing:ticket-detail ticketing:ticket-reissue ticketing:ticket-cancel
        ticketing:ticket-rename
        checkout:order-list checkout:order-manage checkout:order-mark-paid checkout:order-resend
        checkout:order-refund checkout:event-refunds checkout:refund-retry checkout:refund-returned
        checkout:event-money checkout:event-money-csv
        checkout:seat-order-list checkout:seat-order-manage checkout:seat-order-mark-paid
        checkout:seat-order-resend checkout:seat-order-refund
        checkout:seat-refund-retry checkout:seat-refund-returned
        api:attendee-list
        incentives:helper-list incentives:shift-delete
        courses:course-import-new courses:course-import courses:course-export
        courses:desk-outline courses:course-edit courses:lecturer-list courses:course-end
        courses:lecturer-rates
        courses:item-move courses:module-create courses:module-edit courses:module-delete
        courses:lesson-create courses:lesson-edit courses:lesson-preview courses:lesson-rules
        courses:lesson-exceptions courses:exception-drop courses:lesson-files courses:file-edit
        courses:file-delete courses:lesson-delete courses:lesson-restore courses:course-publish
        courses:publication-list courses:publication-detail courses:publication-restore
        courses:cohort-list courses:cohort-start courses:cohort-create courses:cohort-edit
        courses:cohort-close courses:offer-create courses:offer-edit courses:offer-retire
        courses:learner-list courses:learner-csv courses:learner-invite courses:learner-end
        courses:invitation-withdraw
        courses:class-list courses:class-create courses:class-edit courses:class-cancel
        courses:class-attendance courses:attendance-withdraw
        courses:course-dashboard courses:cohort-dashboard courses:cohort-roster
        courses:cohort-roster-csv
        courses:certificate-list courses:certificate-rule courses:certificate-manage
        courses:certificate-revoke courses:certificate-reinstate courses:certificate-reissue
        courses:work-desk courses:assignment-create courses:assignment-edit
        courses:assignment-turn courses:due-edit courses:hand-in-list courses:hand-in-detail
        courses:class-attendance courses:attendance-withdraw courses:class-recording
        courses:announcement-desk courses:announcement-edit courses:announcement-remove
        courses:quiz-create courses:quiz-edit courses:quiz-turn courses:quiz-results
        courses:quiz-question-create courses:quiz-question-edit courses:quiz-question-turn
    """,
    Access.OWNER: """
        community:chapter-edit community:member-list community:member-update
        community:member-remove community:invitation-create community:invitation-resend
        community:invitation-revoke checkout:chapter-money checkout:chapter-money-csv
    """,
    Access.STAFF: """
        core:styleguide checkout:reconcile incentives:rate-create
        incentives:period-list incentives:period-step incentives:dispute-answer
        incentives:payout-list incentives:payout-step
        incentives:payout-bank-csv incentives:payout-wallet-csv
        checkout:inbox-list checkout:inbox-detail checkout:inbox-again
        incentives:points-edit incentives:points-publish incentives:points-drop
        incentives:officer-list incentives:officer-dismiss
        incentives:review-list incentives:review-detail
        incentives:policy-create incentives:policy-edit incentives:policy-retire
    """,
}
LIBRARIES = re.compile(r"accounts/(?!$)|admin/|sandbox/|\^?media/")
DECIDED = {name: access for access, names in ADDRESSES.items() for name in names.split()}

PARAMETER = re.compile(r"(?:([\w-]+)/)?<\w+:(\w+)>")


class Address(NamedTuple):
    name: str
    route: str

    @property
    def access(self) -> Access:
        """KeyError: nobody has decided who may use it."""
        return Access.LIBRARY if LIBRARIES.match(self.route) else DECIDED[self.name]

    @property
    def parameters(self) -> list[str]:
        """What stands before each parameter, and its name, such as `events/slug`."""
        return [f"{before}/{name}" for before, name in PARAMETER.findall(self.route)]

    def urls(self, rows: dict[str, Iterable[Any]]) -> Iterator[str]:
        """One for every way to fill it with `rows`. KeyError: a kind of parameter has none."""
        for values in itertools.product(*(rows[each] for each in self.parameters)):
            remaining = iter(values)
            filled = re.sub(r"<\w+:\w+>", lambda _: str(next(remaining)), self.route)  # noqa: B023
            yield f"/{filled}"


def addresses() -> list[Address]:
    return list(_walk(get_resolver().url_patterns))


def _walk(
    patterns: list[URLPattern | URLResolver], route: str = "", space: str = ""
) -> Iterator[Address]:
    for pattern in patterns:
        here = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, here, inner)
        else:
            yield Address(f"{space}{pattern.name}", here)
