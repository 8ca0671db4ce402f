"""Which format a source is in, told by what is in it and not by its name."""

from django.utils.translation import gettext as _

from courses.exchange.carpentries import is_carpentries, read_carpentries
from courses.exchange.cartridges import is_cartridge, read_cartridge
from courses.exchange.own_format import is_own, read_own
from courses.exchange.parsed import CourseUnreadable, ParsedCourse
from courses.exchange.plain import is_plain, read_plain
from courses.exchange.sources import Source

READERS = (
    (is_own, read_own),
    (is_cartridge, read_cartridge),
    (is_carpentries, read_carpentries),
    (is_plain, read_plain),
)


def read_course(source: Source) -> ParsedCourse:
    """Raises CourseUnreadable, and nothing else, whatever the source holds."""
    if not source.files:
        raise CourseUnreadable(_("There is no file in it."), skipped=source.skipped)
    for is_it, read in READERS:
        if is_it(source):
            return read(source)
    raise CourseUnreadable(
        _("There is no course in it: no course.yaml, no imsmanifest.xml and no Markdown."),
        skipped=source.skipped,
    )
