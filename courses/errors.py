"""What courses say no to."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from orders.errors import NoPlacesLeft

if TYPE_CHECKING:
    from courses.models import LessonDraft, Submission


class CourseConflict(DomainError):
    """Someone saved the course's own texts since the page was opened."""

    code = "course_conflict"
    message = _("Somebody saved this course while you were editing it. Load it anew.")


class DraftConflict(DomainError):
    """Someone saved the same text meanwhile: `theirs` is what is stored, nothing was overwritten."""

    code = "draft_conflict"
    message = _("%(who)s saved this text while you were editing it. Nothing was overwritten.")

    def __init__(self, *, theirs: "LessonDraft | None") -> None:
        self.theirs = theirs
        by = theirs.updated_by if theirs else None
        super().__init__(who=str(by or _("Somebody else")))


class DeskMoved(DomainError):
    code = "desk_moved"
    message = _("Somebody changed this course since you looked at it. Look again.")


class DeskDirty(DomainError):
    code = "desk_dirty"
    message = _("There are changes that are not published yet. Publish or undo them first.")


class CourseEmpty(DomainError):
    code = "course_empty"
    message = _("A course needs at least one lesson with a text before it can be published.")


class NothingToPublish(DomainError):
    code = "nothing_to_publish"
    message = _("Nothing has changed since the last publication.")


class CourseWasPublished(DomainError):
    code = "course_was_published"
    message = _("This course was published. Archive it: those who learn keep it.")


class NeverPublished(DomainError):
    code = "course_never_published"
    message = _("Publish this course first.")


class TitleMissing(DomainError):
    code = "title_missing"
    message = _("A lesson needs a title.")
    status = 400
    field = "title"


class NotOfThisCourse(DomainError):
    code = "not_of_this_course"
    message = _("This belongs to another course.")
    status = 400


class PrerequisiteLoop(DomainError):
    code = "prerequisite_loop"
    message = _("A lesson cannot need itself, not even through others.")
    status = 400
    field = "prerequisites"


class LessonLocked(DomainError):
    code = "lesson_locked"
    message = _("This lesson is not open for you.")


class SeatsGone(NoPlacesLeft):
    """`left` is what remains of the cohort at that moment."""

    code = "sold_out"
    message = _("Not enough seats: %(left)s left. Nothing was booked.")


class SeatsTaken(DomainError):
    code = "seats_taken"
    message = _("%(taken)s people have a seat already. Choose at least as many.")
    status = 400
    field = "seats"


class CohortClosed(DomainError):
    code = "cohort_closed"
    message = _("This cohort takes nobody in any more. Please choose another.")


class OfferNotOnSale(DomainError):
    code = "offer_not_on_sale"
    message = _("“%(offer)s” is not on sale right now. Please choose another seat.")


class CourseNotOnSale(DomainError):
    code = "course_not_on_sale"
    message = _("Seats in this course are not on sale.")


class NoSeatSelected(DomainError):
    code = "nothing_selected"
    message = _("Choose at least one seat.")
    status = 400


class UnknownOffer(DomainError):
    code = "unknown_offer"
    message = _("This seat is no longer offered. Please choose again.")
    status = 400


class OutsideSeatLimits(DomainError):
    code = "outside_limits"
    message = _("“%(offer)s” can be bought %(least)s to %(most)s at a time.")
    status = 400


class OneCurrencyPerCourse(DomainError):
    code = "one_currency"
    message = _("All seats of this course are priced in %(currency)s.")
    status = 400
    field = "currency"


class CurrencyFixed(DomainError):
    code = "currency_fixed"
    message = _("Seats were ordered in %(currency)s already. Make another offer instead.")
    status = 400
    field = "currency"


class SelfPacedOnce(DomainError):
    code = "self_paced_once"
    message = _("This course has a self-paced cohort already. Give this one a start.")
    status = 400
    field = "start_at"


class CohortEndsBeforeStart(DomainError):
    code = "ends_before_start"
    message = _("The end must be after the start.")
    status = 400
    field = "end_at"


class InvitationGone(DomainError):
    code = "course_invitation_gone"
    message = _("This invitation was used, taken back, or is too old. Ask for a new one.")


class AlreadyEnrolled(DomainError):
    code = "already_enrolled"
    message = _("%(name)s has a seat in this cohort already.")


class SoldSeat(DomainError):
    code = "sold_seat"
    message = _("This seat was sold. Refund its order instead, so that the money goes back.")


class ClassCanceled(DomainError):
    code = "class_canceled"
    message = _("This class was canceled. Plan a new one instead.")


class ClassNotOpen(DomainError):
    """It cannot be joined now; the page says when it can."""

    code = "class_not_open"
    message = _("This class is not open now. Come back from %(opens)s on.")


class ClassOver(DomainError):
    code = "class_over"
    message = _("This class is over. Its recording will be here if there is one.")


class NoMeetingLink(DomainError):
    code = "no_meeting_link"
    message = _("The lecturers have not entered the meeting yet. Try again in a moment.")


class VenueMissing(DomainError):
    code = "venue_missing"
    message = _("Say at which venue the class takes place.")
    status = 400
    field = "venue"


class NothingRecorded(DomainError):
    code = "nothing_recorded"
    message = _("Give the recording's link, or choose its file.")
    status = 400
    field = "url"


class NoSeatOfThisRun(DomainError):
    code = "no_seat_of_this_run"
    message = _("This person has no seat of this run.")


class FileTooLarge(DomainError):
    code = "file_too_large"
    message = _("This file is larger than %(megabytes)s MB. Please divide it, or link to it.")
    status = 400


class FileNotAccepted(DomainError):
    code = "file_not_accepted"
    message = _(
        "We cannot take “%(name)s”. Slides, PDF, documents, archives, text and code, pictures,"
        " MP4, WebM, audio and captions are fine."
    )
    status = 400


class FileEmpty(DomainError):
    code = "file_empty"
    message = _("“%(name)s” is empty.")
    status = 400


class ChapterFull(DomainError):
    code = "chapter_full"
    message = _(
        "The chapter has %(left_mb)s MB left for files, and this one needs %(size_mb)s MB."
        " Delete files that nobody needs, or ask an operator for more room."
    )


class WrongOffset(DomainError):
    """A piece that does not begin where the one before it ended; `params["received"]` says where."""

    code = "wrong_offset"
    message = _("The upload goes on at byte %(received)s.")


class UploadIncomplete(DomainError):
    code = "upload_incomplete"
    message = _("Only %(received)s of %(size)s bytes have arrived. Please go on with the upload.")


class UploadGone(DomainError):
    code = "upload_gone"
    message = _("This upload is over already. Please look at the lesson's files.")


class CaptionsOfNothing(DomainError):
    code = "captions_of_nothing"
    message = _("Captions belong to a video of the same lesson. Please choose it.")
    status = 400


class TooManyPosts(DomainError):
    code = "too_many_posts"
    message = _("That is %(most)s questions and replies in an hour. Please go on a little later.")
    status = 429


class PostGone(DomainError):
    code = "post_gone"
    message = _("This was taken away meanwhile. Please look at the question again.")


class SharesTooHigh(DomainError):
    code = "shares_too_high"
    message = _(
        "Together they would get more than the pool leaves: %(percent)s percent are left for"
        " lecturers. Please lower some of them."
    )
    status = 400


class WorkClosed(DomainError):
    """Nothing more is taken for the assignment: late work is not taken, or it was taken away."""

    code = "work_closed"
    message = _("This assignment takes nothing any more. What you wrote is kept here.")


class AlreadyAccepted(DomainError):
    code = "already_accepted"
    message = _("Your work was accepted already. There is nothing more to hand in.")


class NothingHandedIn(DomainError):
    code = "nothing_handed_in"
    message = _("There is nothing to hand in yet. Write something, or add a file or a link.")
    status = 400


class DraftMoved(DomainError):
    """Another tab saved or handed in meanwhile: `theirs` is what is stored now."""

    code = "draft_moved"
    message = _("You went on in another tab. Both texts are here, nothing was overwritten.")

    def __init__(self, *, theirs: "Submission") -> None:
        self.theirs = theirs
        super().__init__()


class TooManyFiles(DomainError):
    code = "too_many_files"
    message = _("At most %(most)s files, please. Put them into one archive, or take one away.")
    status = 400
    field = "file"


class NewerHandIn(DomainError):
    code = "newer_hand_in"
    message = _("The learner has handed in again meanwhile. Please read the newer one.")


class FeedbackMissing(DomainError):
    code = "feedback_missing"
    message = _("Say what to revise, so that the learner knows.")
    status = 400
    field = "text"


class RuleUnchanged(DomainError):
    code = "rule_unchanged"
    message = _("This is what the certificate asks for already. Change something, then publish.")


class CertificateRevoked(DomainError):
    code = "certificate_revoked"
    message = _("This certificate is revoked. Take the revocation back first.")


class CertificateReplaced(DomainError):
    code = "certificate_replaced"
    message = _("Another certificate has taken the place of this one. Look at that one instead.")


class HasCertificate(DomainError):
    code = "has_certificate"
    message = _("This person has another valid certificate of the course. Revoke that one first.")


class NoAttemptsLeft(DomainError):
    code = "no_attempts_left"
    message = _("You have used all attempts of this quiz.")


class AttemptOver(DomainError):
    code = "attempt_over"
    message = _("This attempt was handed in already. What was saved by then counts.")


class TimeUp(DomainError):
    code = "time_up"
    message = _("The time is over. What was saved by then counts.")


class UnknownQuestion(DomainError):
    code = "unknown_question"
    message = _("This question is not part of your quiz. Please load the page anew.")
    status = 400


class QuizIncomplete(DomainError):
    code = "quiz_incomplete"
    message = _("A quiz needs at least one question before learners can take it.")
