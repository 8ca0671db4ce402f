from django.urls import URLPattern, path

from courses.urls.certificates import certificates
from courses.urls.work import work
from courses.views import (
    announcements as announcement_views,
    calendars as calendar_views,
    catalog as finding,
    classes as class_views,
    files as file_views,
    home as home_views,
    imports as transfer,
    lessons as lesson_views,
    questions as question_views,
)
from courses.views.desk import (
    announcements as announcement_desk,
    classes as class_desk,
    facts,
    files,
    learners,
    lessons as lesson_desk,
    outline,
    overview,
    publishing,
    seats,
    teach,
)

app_name = "courses"

# Finding a course
catalog = [
    path("courses/", finding.course_list, name="course-list"),
    path("courses/invitations/<str:token>/", finding.invitation_accept, name="invitation-accept"),
    path("courses/<slug:slug>/", finding.course_detail, name="course-detail"),
    path("courses/<slug:slug>/start/", finding.course_start, name="course-start"),
]

# Reading one
lessons: list[URLPattern] = [
    path(
        "courses/<slug:slug>/lessons/<slug:lesson_slug>/",
        lesson_views.lesson_detail,
        name="lesson-detail",
    ),
    path(
        "courses/<slug:slug>/lessons/<slug:lesson_slug>/draft/",
        lesson_views.lesson_draft,
        name="lesson-draft",
    ),
    path(
        "courses/<slug:slug>/lessons/<slug:lesson_slug>/complete/",
        lesson_views.lesson_complete,
        name="lesson-complete",
    ),
    path(
        "courses/<slug:slug>/lessons/<slug:lesson_slug>/progress/",
        lesson_views.lesson_progress,
        name="lesson-progress",
    ),
    path(
        "courses/<slug:slug>/materials/<slug:public_id>/<str:name>",
        file_views.material_file,
        name="material-file",
    ),
    path("courses/<slug:slug>/uploads/", file_views.upload_create, name="upload-create"),
    path(
        "courses/<slug:slug>/uploads/<slug:public_id>/",
        file_views.upload_detail,
        name="upload-detail",
    ),
]

# Asking about one, and answering
questions: list[URLPattern] = [
    path("courses/<slug:slug>/questions/", question_views.question_list, name="question-list"),
    path(
        "courses/<slug:slug>/lessons/<slug:lesson_slug>/ask/",
        question_views.question_create,
        name="question-create",
    ),
    path(
        "courses/<slug:slug>/questions/<slug:public_id>/",
        question_views.question_detail,
        name="question-detail",
    ),
    path(
        "courses/<slug:slug>/questions/<slug:public_id>/edit/",
        question_views.question_edit,
        name="question-edit",
    ),
    path(
        "courses/<slug:slug>/questions/<slug:public_id>/remove/",
        question_views.question_remove,
        name="question-remove",
    ),
    path(
        "courses/<slug:slug>/questions/<slug:public_id>/hide/",
        question_views.question_hide,
        name="question-hide",
    ),
    path(
        "courses/<slug:slug>/questions/<slug:public_id>/replies/<slug:reply_id>/accept/",
        question_views.reply_accept,
        name="reply-accept",
    ),
    path(
        "courses/<slug:slug>/questions/<slug:public_id>/replies/<slug:reply_id>/edit/",
        question_views.reply_edit,
        name="reply-edit",
    ),
    path(
        "courses/<slug:slug>/questions/<slug:public_id>/replies/<slug:reply_id>/remove/",
        question_views.reply_remove,
        name="reply-remove",
    ),
    path(
        "courses/<slug:slug>/questions/<slug:public_id>/replies/<slug:reply_id>/hide/",
        question_views.reply_hide,
        name="reply-hide",
    ),
]

# Writing one
desk: list[URLPattern] = [
    path("teach/", teach.teach, name="teach"),
    path("teach/new/", teach.course_create, name="course-create"),
    path("courses/<slug:slug>/desk/", outline.desk_outline, name="desk-outline"),
    path("courses/<slug:slug>/desk/about/", facts.course_edit, name="course-edit"),
    path("courses/<slug:slug>/desk/lecturers/", facts.lecturer_list, name="lecturer-list"),
    path("courses/<slug:slug>/desk/lecturers/shares/", facts.lecturer_rates, name="lecturer-rates"),
    path("courses/<slug:slug>/desk/end/", facts.course_end, name="course-end"),
    path("courses/<slug:slug>/desk/move/", outline.item_move, name="item-move"),
    path("courses/<slug:slug>/desk/modules/", outline.module_create, name="module-create"),
    path(
        "courses/<slug:slug>/desk/modules/<slug:public_id>/",
        outline.module_edit,
        name="module-edit",
    ),
    path(
        "courses/<slug:slug>/desk/modules/<slug:public_id>/delete/",
        outline.module_delete,
        name="module-delete",
    ),
    path(
        "courses/<slug:slug>/desk/modules/<slug:public_id>/lessons/",
        outline.lesson_create,
        name="lesson-create",
    ),
    path(
        "courses/<slug:slug>/desk/lessons/<slug:public_id>/",
        lesson_desk.lesson_edit,
        name="lesson-edit",
    ),
    path(
        "courses/<slug:slug>/desk/lessons/<slug:public_id>/preview/",
        lesson_desk.lesson_preview,
        name="lesson-preview",
    ),
    path(
        "courses/<slug:slug>/desk/lessons/<slug:public_id>/rules/",
        lesson_desk.lesson_rules,
        name="lesson-rules",
    ),
    path(
        "courses/<slug:slug>/desk/lessons/<slug:public_id>/exceptions/",
        learners.lesson_exceptions,
        name="lesson-exceptions",
    ),
    path(
        "courses/<slug:slug>/desk/lessons/<slug:public_id>/exceptions/<int:pk>/drop/",
        learners.exception_drop,
        name="exception-drop",
    ),
    path(
        "courses/<slug:slug>/desk/lessons/<slug:public_id>/files/",
        files.lesson_files,
        name="lesson-files",
    ),
    path(
        "courses/<slug:slug>/desk/lessons/<slug:public_id>/files/<slug:file_id>/",
        files.file_edit,
        name="file-edit",
    ),
    path(
        "courses/<slug:slug>/desk/lessons/<slug:public_id>/files/<slug:file_id>/delete/",
        files.file_delete,
        name="file-delete",
    ),
    path(
        "courses/<slug:slug>/desk/lessons/<slug:public_id>/delete/",
        outline.lesson_delete,
        name="lesson-delete",
    ),
    path(
        "courses/<slug:slug>/desk/lessons/<slug:public_id>/restore/",
        outline.lesson_restore,
        name="lesson-restore",
    ),
    path("courses/<slug:slug>/desk/publish/", publishing.course_publish, name="course-publish"),
    path(
        "courses/<slug:slug>/desk/publications/",
        publishing.publication_list,
        name="publication-list",
    ),
    path(
        "courses/<slug:slug>/desk/publications/<int:number>/",
        publishing.publication_detail,
        name="publication-detail",
    ),
    path(
        "courses/<slug:slug>/desk/publications/<int:number>/restore/",
        publishing.publication_restore,
        name="publication-restore",
    ),
    path("courses/<slug:slug>/desk/runs/", seats.cohort_list, name="cohort-list"),
    path("courses/<slug:slug>/desk/runs/start/", seats.cohort_start, name="cohort-start"),
    path("courses/<slug:slug>/desk/runs/new/", seats.cohort_create, name="cohort-create"),
    path("courses/<slug:slug>/desk/runs/<slug:public_id>/", seats.cohort_edit, name="cohort-edit"),
    path(
        "courses/<slug:slug>/desk/runs/<slug:public_id>/close/",
        seats.cohort_close,
        name="cohort-close",
    ),
    path(
        "courses/<slug:slug>/desk/runs/<slug:public_id>/offers/",
        seats.offer_create,
        name="offer-create",
    ),
    path("courses/<slug:slug>/desk/offers/<slug:public_id>/", seats.offer_edit, name="offer-edit"),
    path(
        "courses/<slug:slug>/desk/offers/<slug:public_id>/retire/",
        seats.offer_retire,
        name="offer-retire",
    ),
    path("courses/<slug:slug>/desk/learners/", learners.learner_list, name="learner-list"),
    path("courses/<slug:slug>/desk/learners/csv/", learners.learner_csv, name="learner-csv"),
    path(
        "courses/<slug:slug>/desk/learners/invite/", learners.learner_invite, name="learner-invite"
    ),
    path(
        "courses/<slug:slug>/desk/learners/<slug:public_id>/end/",
        learners.learner_end,
        name="learner-end",
    ),
    path(
        "courses/<slug:slug>/desk/invitations/<int:pk>/withdraw/",
        learners.invitation_withdraw,
        name="invitation-withdraw",
    ),
]

# Meeting in one
classes: list[URLPattern] = [
    path("courses/<slug:slug>/classes/", class_views.my_classes, name="my-classes"),
    path("courses/<slug:slug>/calendar.ics", calendar_views.course_feed, name="course-feed"),
    path(
        "courses/<slug:slug>/announcements/",
        announcement_views.announcement_list,
        name="announcement-list",
    ),
    path(
        "courses/<slug:slug>/desk/announcements/",
        announcement_desk.announcement_desk,
        name="announcement-desk",
    ),
    path(
        "courses/<slug:slug>/desk/announcements/<slug:public_id>/",
        announcement_desk.announcement_edit,
        name="announcement-edit",
    ),
    path(
        "courses/<slug:slug>/desk/announcements/<slug:public_id>/remove/",
        announcement_desk.announcement_remove,
        name="announcement-remove",
    ),
    path("classes/<slug:public_id>/", class_views.class_detail, name="class-detail"),
    path("classes/<slug:public_id>/join/", class_views.class_join, name="class-join"),
    path("classes/<slug:public_id>/join/<str:token>/", class_views.class_link, name="class-link"),
    path("courses/<slug:slug>/desk/classes/", class_desk.class_list, name="class-list"),
    path(
        "courses/<slug:slug>/desk/runs/<slug:public_id>/classes/new/",
        class_desk.class_create,
        name="class-create",
    ),
    path(
        "courses/<slug:slug>/desk/classes/<slug:public_id>/",
        class_desk.class_edit,
        name="class-edit",
    ),
    path(
        "courses/<slug:slug>/desk/classes/<slug:public_id>/cancel/",
        class_desk.class_cancel,
        name="class-cancel",
    ),
    path(
        "courses/<slug:slug>/desk/classes/<slug:public_id>/recording/",
        class_desk.class_recording,
        name="class-recording",
    ),
    path(
        "courses/<slug:slug>/desk/classes/<slug:public_id>/attendance/",
        class_desk.class_attendance,
        name="class-attendance",
    ),
    path(
        "courses/<slug:slug>/desk/classes/<slug:public_id>/attendance/<int:pk>/withdraw/",
        class_desk.attendance_withdraw,
        name="attendance-withdraw",
    ),
]

# A run and a course at a glance
overview_pages: list[URLPattern] = [
    path("learn/", home_views.learn, name="learn"),
    path("courses/<slug:slug>/desk/dashboard/", overview.course_dashboard, name="course-dashboard"),
    path(
        "courses/<slug:slug>/desk/runs/<slug:public_id>/dashboard/",
        overview.cohort_dashboard,
        name="cohort-dashboard",
    ),
    path(
        "courses/<slug:slug>/desk/runs/<slug:public_id>/roster/",
        overview.cohort_roster,
        name="cohort-roster",
    ),
    path(
        "courses/<slug:slug>/desk/runs/<slug:public_id>/roster/csv/",
        overview.cohort_roster_csv,
        name="cohort-roster-csv",
    ),
]

# Bringing one in, and taking it elsewhere
imports: list[URLPattern] = [
    path(
        "teach/chapters/<slug:slug>/import/",
        transfer.course_import_new,
        name="course-import-new",
    ),
    path("courses/<slug:slug>/desk/import/", transfer.course_import, name="course-import"),
    path("courses/<slug:slug>/desk/export/", transfer.course_export, name="course-export"),
]

urlpatterns = [
    *imports,
    *classes,
    *overview_pages,
    *work,
    *desk,
    *catalog,
    *lessons,
    *questions,
    *certificates,
]
