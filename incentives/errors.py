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
    message = _("A final period has paid for this. It stays as it is.")


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
