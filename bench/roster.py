"""What a lecturer's pages about a run cost, small and large. On PostgreSQL, in one run.

python -m bench.roster [--small 50] [--large 5000] [--repeat 20]

Everybody of the run has read lessons, been in classes, handed work in and taken a quiz. Prints
the median, the queries, and the ratio. Brings its own PostgreSQL unless DATABASE_URL names one.
"""

import argparse
import os
import statistics
import time
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests import services

if TYPE_CHECKING:
    from courses.models import Cohort

LESSONS, CLASSES = 12, 8


def fill(cohort: "Cohort", count: int) -> None:
    from django.utils import timezone

    from accounts.models import User
    from courses.models import (
        Attendance,
        CourseProgress,
        Enrollment,
        Lesson,
        LessonProgress,
        QuizAttempt,
        Submission,
    )
    from tests.factories.classes import ClassSessionFactory
    from tests.factories.work import AssignmentFactory, QuizVersionFactory

    now, course = timezone.now(), cohort.course
    lessons = list(Lesson.objects.filter(course=course))
    sessions: list[Any] = [ClassSessionFactory(cohort=cohort, held=True) for _ in range(CLASSES)]
    assignments: list[Any] = [AssignmentFactory(course=course) for _ in range(3)]
    version: Any = QuizVersionFactory(quiz__course=course)
    users = User.objects.bulk_create(
        User(email=f"learner{n}.{cohort.pk}@example.com", name=f"Learner {n * 7919 % count:05}")
        for n in range(count)
    )
    Enrollment.objects.bulk_create(
        Enrollment(
            cohort=cohort, user=user, email=user.email, source="staff", status="active",
            granted_at=now - timedelta(days=n % 60),
        )
        for n, user in enumerate(users)
    )  # fmt: skip
    CourseProgress.objects.bulk_create(
        CourseProgress(user=user, course=course, percent=n % 101) for n, user in enumerate(users)
    )
    LessonProgress.objects.bulk_create(
        LessonProgress(user=user, lesson=lesson, updated_at=now - timedelta(days=n % 30))
        for n, user in enumerate(users)
        for lesson in lessons[: n % (LESSONS + 1)]
    )
    Attendance.objects.bulk_create(
        Attendance(session=session, user=user, source="join")
        for n, user in enumerate(users)
        for session in sessions[: n % (CLASSES + 1)]
    )
    Submission.objects.bulk_create(
        Submission(
            assignment=assignment, cohort=cohort, user=user, number=1, text="Work.",
            status="accepted" if n % 3 else "submitted", submitted_at=now,
        )
        for n, user in enumerate(users)
        for assignment in assignments[: n % 4]
    )  # fmt: skip
    QuizAttempt.objects.bulk_create(
        QuizAttempt(
            quiz=version.quiz, version=version, user=user, cohort=cohort, number=1,
            pass_percent=60, max_score=10, score=10, is_passed=True, submitted_at=now,
        )
        for user in users[::2]
    )  # fmt: skip


def measure(count: int, repeat: int) -> dict[str, tuple[float, int]]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tests.courses.world import published_course
    from tests.factories.courses import CohortFactory, CourseLecturerFactory

    course = published_course(LESSONS)
    cohort: Any = CohortFactory(course=course, dated=True)
    lecturer: Any = CourseLecturerFactory(course=course)
    fill(cohort, count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(lecturer.user)
    run = f"/courses/{course.slug}/desk/runs/{cohort.public_id}"
    pages = {
        "roster by name": f"{run}/roster/",
        "roster, last page": f"{run}/roster/?page=100000",
        "roster by attendance": f"{run}/roster/?sort=-attendance",
        "roster by work": f"{run}/roster/?sort=-work",
        "roster, search": f"{run}/roster/?q=learner1",
        "roster, not here lately": f"{run}/roster/?who=quiet",
        "dashboard": f"{run}/dashboard/",
    }
    found = {}
    for name, path in pages.items():
        times = []
        for _ in range(repeat):
            start = time.perf_counter()
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            times.append((time.perf_counter() - start) * 1000)
        found[name] = (statistics.median(times), len(queries))
    start = time.perf_counter()
    response: Any = client.get(f"{run}/roster/csv/")
    lines = b"".join(response.streaming_content).count(b"\n")
    found[f"CSV of {lines - 1} rows"] = ((time.perf_counter() - start) * 1000, 0)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=50)
    parser.add_argument("--large", type=int, default=5_000)
    parser.add_argument("--repeat", type=int, default=20)
    options = parser.parse_args()
    with ExitStack() as stack:
        services.start(stack)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.db import connection
        from django.test.utils import setup_test_environment

        setup_test_environment()
        connection.creation.create_test_db(verbosity=0)
        small = measure(options.small, options.repeat)
        large = measure(options.large, options.repeat)
        connection.creation.destroy_test_db("", verbosity=0)
    for (name, (quick, _few)), (large_name, (slow, queries)) in zip(
        small.items(), large.items(), strict=True
    ):
        shown = name if name == large_name else large_name
        print(
            f"{shown:28}{quick:8.1f} ms {slow:8.1f} ms   × {slow / quick:5.2f}   {queries} queries"
        )


if __name__ == "__main__":
    main()
