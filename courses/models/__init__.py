"""Courses: the catalog, the lessons, the files, the runs and the people who learn."""

from courses.models.announcements import Announcement, AnnouncementNotice
from courses.models.certificates import Certificate, CertificateRule
from courses.models.classes import (
    Attendance,
    AttendanceSource,
    ClassJoin,
    ClassNotice,
    ClassNoticeKind,
    ClassPlace,
    ClassSession,
    ClassSessionQuerySet,
    SessionSeries,
)
from courses.models.cohorts import Cohort, CourseOffer, ReleaseException
from courses.models.courses import (
    WRITERS,
    Course,
    CourseLecturer,
    CourseLevel,
    CourseLogEntry,
    CourseStatus,
)
from courses.models.learning import (
    GIVES_ACCESS,
    TAKES_SEAT,
    CourseInvitation,
    CourseProgress,
    Enrollment,
    EnrollmentQuerySet,
    EnrollmentSource,
    EnrollmentStatus,
    LessonCompletion,
    LessonProgress,
)
from courses.models.lessons import (
    CoursePublication,
    Lesson,
    LessonDraft,
    LessonVersion,
    Module,
    ReleaseRule,
)
from courses.models.materials import Blob, Material, MaterialKind
from courses.models.questions import PostNotice, PostRevision, Question, Reply
from courses.models.uploads import UPLOAD_LIFE, Upload

__all__ = [
    "GIVES_ACCESS",
    "TAKES_SEAT",
    "UPLOAD_LIFE",
    "WRITERS",
    "Announcement",
    "AnnouncementNotice",
    "Attendance",
    "AttendanceSource",
    "Blob",
    "Certificate",
    "CertificateRule",
    "ClassJoin",
    "ClassNotice",
    "ClassNoticeKind",
    "ClassPlace",
    "ClassSession",
    "ClassSessionQuerySet",
    "Cohort",
    "Course",
    "CourseInvitation",
    "CourseLecturer",
    "CourseLevel",
    "CourseLogEntry",
    "CourseOffer",
    "CourseProgress",
    "CoursePublication",
    "CourseStatus",
    "Enrollment",
    "EnrollmentQuerySet",
    "EnrollmentSource",
    "EnrollmentStatus",
    "Lesson",
    "LessonCompletion",
    "LessonDraft",
    "LessonProgress",
    "LessonVersion",
    "Material",
    "MaterialKind",
    "Module",
    "PostNotice",
    "PostRevision",
    "Question",
    "ReleaseException",
    "ReleaseRule",
    "Reply",
    "SessionSeries",
    "Upload",
]
