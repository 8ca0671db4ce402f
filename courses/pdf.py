"""A certificate on paper: one A4 page, in both languages."""

import io
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _, ngettext, pgettext
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from core.pdf import HAIRLINE, INK, SOFT, Sheet, face
from core.seal import draw_seal
from courses.certificates import Need, Part, met, parts
from courses.models import Certificate
from courses.queries.outline import LANGUAGES, best_language

SIZE = WIDTH, HEIGHT = landscape(A4)
MARGIN = 22 * mm
LEFT, RIGHT = MARGIN, WIDTH - MARGIN
SEAL_SIDE = 30 * mm
QR_SIDE = 38 * mm  # with level M, 35 mm is the least that scanners read with ease


def certificate_pdf(certificate: Certificate) -> bytes:
    """The page that its holder prints: it bears their name, whatever strangers may see."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=SIZE, pageCompression=1, lang=certificate.language)
    canvas.setAuthor(_name(certificate.facts, "chapter", certificate.language))
    canvas.setTitle(certificate.label)
    _Page(canvas, face(), size=SIZE, margin=MARGIN).draw(certificate)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def verify_url(certificate: Certificate) -> str:
    return f"{settings.SITE_URL}{certificate.get_absolute_url()}"


def _name(facts: Mapping[str, Mapping[str, str]], what: str, language: str) -> str:
    names = facts.get(what) or {}
    return names.get(best_language(names, language), "")


class _Page(Sheet):
    def draw(self, certificate: Certificate) -> None:
        self.ground()
        self._frame()
        self._head(certificate)
        self._who(certificate)
        self._foot(certificate)

    def _frame(self) -> None:
        """A hairline within the paper's edge, as a mount around a scroll."""
        inset = 9 * mm
        self.canvas.setStrokeColor(HAIRLINE)
        self.canvas.setLineWidth(0.8)
        self.canvas.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset, stroke=1, fill=0)

    def _head(self, certificate: Certificate) -> None:
        chapter = certificate.course.chapter
        drawing = draw_seal(chapter.seal_text or chapter.name)
        self.seal(drawing, RIGHT - SEAL_SIDE, HEIGHT - 20 * mm - SEAL_SIDE, SEAL_SIDE)
        self.y = HEIGHT - 20 * mm
        self.write("ChainONE", size=10, bold=True, width=150 * mm)
        for language in LANGUAGES:
            name = _name(certificate.facts, "chapter", language)
            self.write(name, size=10, color=SOFT, width=150 * mm, most=1)
        self.y = HEIGHT - 52 * mm
        titles = [_in(language, lambda: _("Certificate")) for language in LANGUAGES]
        self._beside(titles, sizes=(30, 15))
        self.y -= 4 * mm
        self.rule(INK)

    def _beside(self, words: list[str], *, sizes: tuple[float, float]) -> None:
        """The first word large, the second smaller on the same line."""
        first, second = sizes
        self.y -= first * 1.3
        self.canvas.setFillColor(INK)
        self.canvas.setFont(self.face.bold, first)
        self.canvas.drawString(LEFT, self.y, words[0])
        after = LEFT + pdfmetrics.stringWidth(words[0], self.face.bold, first) + 5 * mm
        self.canvas.setFillColor(SOFT)
        self.canvas.setFont(self.face.regular, second)
        self.canvas.drawString(after, self.y, words[1])

    def _who(self, certificate: Certificate) -> None:
        self.y -= 4 * mm
        size = 26 if len(self.wrap(certificate.name, self.face.bold, 26, RIGHT - LEFT)) == 1 else 17
        self.write(certificate.name, size=size, bold=True, most=2)
        self.y -= 3 * mm
        for number, language in enumerate(LANGUAGES):
            with translation.override(language):
                self._sentence(certificate, language, is_first=number == 0)

    def _sentence(self, certificate: Certificate, language: str, *, is_first: bool) -> None:
        course = _name(certificate.facts, "course", language)
        words = _("has completed the course %(course)s.") % {"course": course}
        self.write(words, size=14 if is_first else 12, bold=is_first, most=2)
        done = [_words(part) for part in parts(certificate.rule, met(certificate.facts))]
        self.write(" · ".join(done), size=9.5, color=SOFT, most=2, lead=1.5)
        self.y -= 2.5 * mm

    def _foot(self, certificate: Certificate) -> None:
        bottom = 20 * mm
        self.code(verify_url(certificate), RIGHT - QR_SIDE, bottom, QR_SIDE)
        width = RIGHT - LEFT - QR_SIDE - 10 * mm
        self.y = bottom + QR_SIDE
        self.rule(HAIRLINE)
        lecturers = ", ".join(certificate.facts.get("lecturers", []))
        for label, value in [
            (lambda: _("Taught by"), lecturers),
            (lambda: _("Given on"), _day(certificate)),
            (lambda: pgettext("certificate", "Number"), certificate.label),
        ]:
            if value:
                words = " ".join(_in(language, label) for language in LANGUAGES)
                self._line(words, value, width)
        self.y -= 2 * mm
        self.write(verify_url(certificate), size=8, color=SOFT, width=width, most=2)

    def _line(self, label: str, value: str, width: float) -> None:
        at = self.y
        self.write(label, size=8.5, color=SOFT, width=45 * mm, most=1, lead=1.82)
        self.y = at
        self.write(value, size=10.5, bold=True, x=LEFT + 45 * mm, width=width - 45 * mm, most=1,
                   lead=1.54)  # fmt: skip


def _day(certificate: Certificate) -> str:
    """As the chapter's calendar had it, read alike in both languages."""
    zone = ZoneInfo(certificate.course.chapter.time_zone)
    return certificate.issued_at.astimezone(zone).date().isoformat()


def _in(language: str, words: Callable[[], str]) -> str:
    with translation.override(language):
        return words()


def _words(part: Part) -> str:
    """`100 % of the lessons`, `3 classes attended`."""
    n = part.have
    match part.need:
        case Need.LESSONS:
            return _("%(have)s %% of the lessons") % {"have": n}
        case Need.ATTENDANCE:
            words = ngettext("%(n)s class attended", "%(n)s classes attended", n)
        case Need.WORK:
            words = ngettext("%(n)s assignment accepted", "%(n)s assignments accepted", n)
        case Need.QUIZZES:
            words = ngettext("%(n)s quiz passed", "%(n)s quizzes passed", n)
    return words % {"n": n}
