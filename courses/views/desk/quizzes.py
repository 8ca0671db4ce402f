"""Quizzes as lecturers write them, and how they were answered."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import add_refusal
from courses.forms.quizzes import QuestionForm, QuizForm
from courses.models import Course, Quiz, QuizQuestion
from courses.queries import work as work_queries
from courses.services import quizzes as services
from courses.views.desk.access import course_edited_by


@login_required
@require_http_methods(["GET", "POST"])
def quiz_create(request: HttpRequest, slug: str) -> HttpResponse:
    return _edit(request, course_edited_by(request, slug), None)


@login_required
@require_http_methods(["GET", "POST"])
def quiz_edit(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    return _edit(request, course, _quiz(course, public_id))


def _edit(request: HttpRequest, course: Course, quiz: Quiz | None) -> HttpResponse:
    form = QuizForm(request.POST or None, instance=quiz, course=course)
    if form.is_valid():
        try:
            saved = services.save_quiz(
                course=course, by=request.user, quiz=quiz, **form.cleaned_data
            )
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("courses:quiz-edit", course.slug, saved.public_id)
    context = {
        "course": course,
        "quiz": quiz,
        "form": form,
        "questions": quiz.questions.prefetch_related("choices") if quiz else [],
        "has_changes": bool(quiz) and services.has_changes(quiz),
    }
    return render(request, "courses/quiz_edit.html", context)


@login_required
@require_POST
def quiz_turn(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Bring what is on the desk before learners, or take the quiz away from them."""
    quiz = _quiz(course_edited_by(request, slug), public_id)
    try:
        if "archive" in request.POST:
            services.archive_quiz(quiz=quiz, by=request.user)
            messages.success(request, _("Learners do not see it any more. Their attempts stay."))
        else:
            services.publish_quiz(quiz=quiz, by=request.user)
            messages.success(request, _("Learners have it before them now."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("courses:quiz-edit", slug, public_id)


@login_required
@require_http_methods(["GET", "POST"])
def quiz_question_create(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    quiz = _quiz(course_edited_by(request, slug), public_id)
    return _edit_question(request, quiz, None)


@login_required
@require_http_methods(["GET", "POST"])
def quiz_question_edit(
    request: HttpRequest, slug: str, public_id: str, question_id: str
) -> HttpResponse:
    quiz = _quiz(course_edited_by(request, slug), public_id)
    return _edit_question(request, quiz, _question(quiz, question_id))


def _edit_question(request: HttpRequest, quiz: Quiz, question: QuizQuestion | None) -> HttpResponse:
    form = QuestionForm(request.POST or None, question=question)
    if form.is_valid():
        services.save_question(quiz=quiz, question=question, **form.values)
        messages.success(request, _("Saved on the desk."))
        if "another" in request.POST:
            return redirect("courses:quiz-question-create", quiz.course.slug, quiz.public_id)
        return redirect("courses:quiz-edit", quiz.course.slug, quiz.public_id)
    context = {"course": quiz.course, "quiz": quiz, "question": question, "form": form}
    return render(request, "courses/quiz_question.html", context)


@login_required
@require_POST
def quiz_question_turn(
    request: HttpRequest, slug: str, public_id: str, question_id: str
) -> HttpResponse:
    """One place up or down, or off the desk."""
    quiz = _quiz(course_edited_by(request, slug), public_id)
    question = _question(quiz, question_id)
    if "delete" in request.POST:
        services.delete_question(question=question)
        messages.success(request, _("The question is off the desk. Publish to tell learners."))
    else:
        services.move_question(question=question, down="down" in request.POST)
    return redirect("courses:quiz-edit", slug, public_id)


@login_required
@require_safe
def quiz_results(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """How often each question was answered right, in the attempts that are over."""
    course = course_edited_by(request, slug)
    quiz = _quiz(course, public_id)
    results = work_queries.quiz_results(course, quiz=quiz)
    context = {"course": course, "quiz": quiz, "result": results[0] if results else None}
    return render(request, "courses/quiz_results.html", context)


def _quiz(course: Course, public_id: str) -> Quiz:
    quiz: Quiz = get_object_or_404(course.quizzes.select_related("version"), public_id=public_id)
    quiz.course = course
    return quiz


def _question(quiz: Quiz, question_id: str) -> QuizQuestion:
    question = get_object_or_404(quiz.questions, public_id=question_id)
    question.quiz = quiz
    return question
