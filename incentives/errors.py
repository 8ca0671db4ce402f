from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class RateInThePast(DomainError):
    code, field = "rate_in_the_past", "from_at"
    message = _("A rate may begin now or later: what was paid until today keeps its rate.")


class RateKnown(DomainError):
    code, field = "rate_known", "from_at"
    message = _("There is a rate of this kind from that moment on. Choose another moment.")


class RateUnchanged(DomainError):
    code, field = "rate_unchanged", "percent"
    message = _("That is the rate in force at that moment already.")


class OwnWork(DomainError):
    code, status = "own_work", 403
    message = _("Nobody reviews their own work. Leave this one to another reviewer.")


class NotAReviewer(DomainError):
    code, status = "not_a_reviewer", 403
    message = _("Only reviewers decide. Ask an administrator to appoint you.")


class DecidedBefore(DomainError):
    code = "decided_before"
    message = _("You have decided about this one before. Now others look at it.")


class NotWaiting(DomainError):
    code = "not_waiting"
    message = _("This contribution is not in review now. Open it again to see how it stands.")


class NothingToAppeal(DomainError):
    code = "nothing_to_appeal"
    message = _(
        "Only what was not accepted, or accepted as smaller than you said, can be appealed, once "
        "and before it is paid."
    )


class NotToWithdraw(DomainError):
    code = "not_to_withdraw"
    message = _("It is decided already, so it cannot be withdrawn.")


class SettledAlready(DomainError):
    code = "settled_already"
    message = _("A period settles this already. It stays as it is.")


class NoPointsTable(DomainError):
    code = "no_points_table"
    message = _("No points table is published yet. An administrator has to publish one first.")


class SayWhy(DomainError):
    code, field, status = "say_why", "text", 400
    message = _("Write a sentence: the other side reads it.")


class NoEvidence(DomainError):
    code, field, status = "no_evidence", "evidence_url", 400
    message = _("Add a link or a file, so that a reviewer can look at the work.")


class NotDoneYet(DomainError):
    code, field, status = "not_done_yet", "done_on", 400
    message = _("Only a talk at an event may lie ahead. Submit other work once it is done.")


class SharesDoNotFit(DomainError):
    code, field, status = "shares_do_not_fit", "co_authors", 400
    message = _("Name each co-author once, and leave a share for yourself.")


class TooManyWaiting(DomainError):
    code, status = "too_many_waiting", 429
    message = _(
        "%(most)s of your contributions wait for a review already. Please wait for some of them."
    )


class EvidenceRefused(DomainError):
    code, field, status = "evidence_refused", "evidence_file", 400
    message = _("Please choose a PDF, a picture, a text or an archive of at most %(megabytes)s MB.")


class DraftIncomplete(DomainError):
    code = "draft_incomplete"
    message = _("Give every kind and size its points, more for the larger, before you publish.")


class BudgetsTooLarge(DomainError):
    code, field, status = "budgets_too_large", None, 400
    message = _("The budgets together may be 100 percent at most.")


class DraftUnchanged(DomainError):
    code = "draft_unchanged"
    message = _("The draft says what the table in force says. Change something first.")


class ShiftRefused(DomainError):
    code, field, status = "shift_refused", "end_at", 400
    message = _("A shift ends after it starts, lasts 16 hours at most and lies around the event.")


class ShiftKnown(DomainError):
    code, field = "shift_known", "start_at"
    message = _("This shift is written down already.")


class PseudonymTaken(DomainError):
    code, field = "pseudonym_taken", "pseudonym"
    message = _("Somebody has that pseudonym already. Choose another.")


class OfficerKnown(DomainError):
    code, field = "officer_known", "email"
    message = _("They hold this office already.")


class NobodyThere(DomainError):
    code, field, status = "nobody_there", "email", 404
    message = _("Nobody with this confirmed address has an account. They have to sign up first.")


class PeriodBackwards(DomainError):
    code, field = "period_backwards", "end_on"
    message = _("The last day comes before the first. Please swap them.")
    status = 400


class PeriodsOverlap(DomainError):
    code, field = "periods_overlap", "start_on"
    message = _("Another period holds some of these days. Please choose days that none holds.")


class WrongStep(DomainError):
    code = "wrong_step"
    message = _("Somebody was quicker: it is “%(state)s” by now. Please load the page again.")


class PeriodNotOver(DomainError):
    code = "period_not_over"
    message = _("The period is not over yet. Freeze it after its last day has ended (UTC).")


class AnotherAtWork(DomainError):
    code = "another_at_work"
    message = _(
        "Another period is being settled. Finish it, or take its draft back, then freeze this one."
    )


class NothingToDivide(DomainError):
    code = "nothing_to_divide"
    message = _(
        "There is nothing to divide: no accepted work of a kind that has a budget, or too little"
        " matured money. It waits for the next period."
    )


class StatementStale(DomainError):
    code = "statement_stale"
    message = _(
        "Work that the statement counts was decided anew since. Take the statement back and freeze"
        " the period again."
    )


class DisputesOver(DomainError):
    code = "disputes_over"
    message = _("The time for objections is over. Please write to the treasurer.")


class NotAContributor(DomainError):
    code = "not_a_contributor"
    message = _("Only those who entered work may object. Submit your work first.")
    status = 403


class OwnDispute(DomainError):
    code = "own_dispute"
    message = _("You cannot answer your own objection. Another treasurer has to.")
    status = 403


class DisputesRunning(DomainError):
    code = "disputes_running"
    message = _("Contributors may still object. Finalize it after that time has ended.")


class DisputesUnanswered(DomainError):
    code = "disputes_unanswered"
    message = _("An objection has no answer yet. Answer every one, then finalize.")


class PoolShrank(DomainError):
    code = "pool_shrank"
    message = _(
        "Refunds took %(currency)s out of the pool since the period was frozen: it no longer holds"
        " what the statement promises. Take the statement back and freeze the period again."
    )


class AddressInvalid(DomainError):
    code, field = "address_invalid", "address"
    message = _(
        "This is no Ethereum address: 0x and 40 digits, of which the capital letters are a"
        " checksum. Copy it from your wallet again."
    )
    status = 400


class AliasInvalid(DomainError):
    code, field = "alias_invalid", "address"
    message = _("Please write the alias that your bank or payment app knows, 3 to 120 characters.")
    status = 400


class AccountRetired(DomainError):
    code, field = "account_retired", "account"
    message = _("This payout address is no longer used. Choose another one.")


class TooMuch(DomainError):
    code, field = "too_much", "amount"
    message = _("You can ask for %(left)s at most now. Please choose a smaller amount.")
    status = 400


class ApproverIsRequester(DomainError):
    code = "approver_is_requester"
    message = _("A second person has to approve this: ask another treasurer.")
    status = 403


class StillOwed(DomainError):
    code = "still_owed"
    message = _("A payout is on its way. Wait until it has arrived, or withdraw it, then delete.")


class PolicyRetired(DomainError):
    code = "policy_retired"
    message = _("Somebody replaced or ended this rule meanwhile. Look at the rules once more.")
