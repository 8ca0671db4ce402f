from courses.models import Course


def lock_course(course: Course) -> Course:
    """The course as it is now, its row locked until the transaction ends."""
    courses = Course.objects.select_for_update(of=("self",), no_key=True)
    return courses.select_related("chapter", "publication").get(pk=course.pk)
