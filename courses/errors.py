"""What courses say no to."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


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
