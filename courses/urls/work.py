"""Assignments and quizzes: handed in, taken, and looked after."""

from django.urls import URLPattern, path

from courses.views import quizzes as quiz_views, work as work_views
from courses.views.desk import quizzes as quiz_desk, work as work_desk

work: list[URLPattern] = [
    path("courses/<slug:slug>/assignments/", work_views.work_list, name="work-list"),
    path(
        "courses/<slug:slug>/assignments/<slug:public_id>/",
        work_views.assignment_detail,
        name="assignment-detail",
    ),
    path(
        "courses/<slug:slug>/work-files/<slug:public_id>/<str:name>",
        work_views.work_file,
        name="work-file",
    ),
    path(
        "courses/<slug:slug>/quizzes/<slug:public_id>/",
        quiz_views.quiz_detail,
        name="quiz-detail",
    ),
    path(
        "courses/<slug:slug>/quizzes/<slug:public_id>/attempts/<int:number>/",
        quiz_views.quiz_attempt,
        name="quiz-attempt",
    ),
    path(
        "courses/<slug:slug>/quizzes/<slug:public_id>/attempts/<int:number>/answers/",
        quiz_views.quiz_answer,
        name="quiz-answer",
    ),
    path("courses/<slug:slug>/desk/assignments/", work_desk.work_desk, name="work-desk"),
    path(
        "courses/<slug:slug>/desk/assignments/new/",
        work_desk.assignment_create,
        name="assignment-create",
    ),
    path(
        "courses/<slug:slug>/desk/assignments/<slug:public_id>/",
        work_desk.assignment_edit,
        name="assignment-edit",
    ),
    path(
        "courses/<slug:slug>/desk/assignments/<slug:public_id>/turn/",
        work_desk.assignment_turn,
        name="assignment-turn",
    ),
    path(
        "courses/<slug:slug>/desk/assignments/<slug:public_id>/due/<slug:run_id>/",
        work_desk.due_edit,
        name="due-edit",
    ),
    path("courses/<slug:slug>/desk/quizzes/new/", quiz_desk.quiz_create, name="quiz-create"),
    path(
        "courses/<slug:slug>/desk/quizzes/<slug:public_id>/",
        quiz_desk.quiz_edit,
        name="quiz-edit",
    ),
    path(
        "courses/<slug:slug>/desk/quizzes/<slug:public_id>/turn/",
        quiz_desk.quiz_turn,
        name="quiz-turn",
    ),
    path(
        "courses/<slug:slug>/desk/quizzes/<slug:public_id>/results/",
        quiz_desk.quiz_results,
        name="quiz-results",
    ),
    path(
        "courses/<slug:slug>/desk/quizzes/<slug:public_id>/questions/new/",
        quiz_desk.quiz_question_create,
        name="quiz-question-create",
    ),
    path(
        "courses/<slug:slug>/desk/quizzes/<slug:public_id>/questions/<slug:question_id>/",
        quiz_desk.quiz_question_edit,
        name="quiz-question-edit",
    ),
    path(
        "courses/<slug:slug>/desk/quizzes/<slug:public_id>/questions/<slug:question_id>/turn/",
        quiz_desk.quiz_question_turn,
        name="quiz-question-turn",
    ),
    path("courses/<slug:slug>/desk/hand-ins/", work_desk.hand_in_list, name="hand-in-list"),
    path(
        "courses/<slug:slug>/desk/hand-ins/<slug:public_id>/",
        work_desk.hand_in_detail,
        name="hand-in-detail",
    ),
]
