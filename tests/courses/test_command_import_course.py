from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from courses.models import Course, LessonDraft
from tests.courses.exchange.samples import BILINGUAL, OWN, packed, write_folder
from tests.factories.community import ChapterFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def chapter():
    return ChapterFactory(slug="harbor")


def call(*arguments, **options):
    out, err = StringIO(), StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=err, **options)
    return out.getvalue().splitlines(), err.getvalue().splitlines()


@pytest.fixture
def run(tmp_path):
    def run(tree, *options, **more):
        folder = write_folder(tmp_path / "chains", tree)
        return call("import_course", folder, "--chapter", "harbor", *options, **more)

    return run


def test_command_imports_and_reports(run):
    out, err = run(BILINGUAL)

    assert out == [
        (
            "3 lessons in zh-hans and en, 1 files, 2 remarks."
            " 1 × Course added, 1 × Module added, 3 × Lesson added."
        ),
        "The course is “从零开始” (chains-from-scratch).",
    ]
    assert err == [
        "! LICENSE: no lesson shows it or links to it",
        "! notes.txt: no lesson shows it or links to it",
    ]
    assert run(BILINGUAL)[0] == [
        "3 lessons in zh-hans and en, 1 files, 2 remarks. Nothing changes.",
        "The course is “从零开始” (chains-from-scratch).",
    ]


def test_dry_run_prints_the_difference_and_writes_nothing(run):
    run(OWN)
    out, _err = run(
        OWN | {"lessons/green/en.md": "---\ntitle: Greener\n---\nDrink.\n"}, "--dry-run"
    )

    assert out == [
        "~ Lesson “绿茶”",
        "    English: Green tea → Greener",
        "    English: 2 lines go → 1 line comes",
        "2 lessons in zh-hans and en, 1 files, 0 remarks. 1 × Lesson changed.",
        "This was a dry run: nothing was written.",
    ]
    assert LessonDraft.objects.get(lesson__slug="green", language="en").title == "Green tea"


def test_publish_shows_it_to_learners_with_a_note(run):
    out, _err = run(OWN, "--publish", "--note", "Here it is.")

    course = Course.objects.get()
    assert out[-1] == "Learners see it now, as publication 1."
    assert (course.status, course.publication.note) == ("published", "Here it is.")
    assert run(OWN, "--publish")[0][-1] == "There is nothing new to publish."


def test_zip_is_imported_like_its_folder(run, tmp_path):
    run(OWN)
    file = tmp_path / "tea.zip"
    file.write_bytes(packed(OWN))

    out, _err = call("import_course", file, chapter="harbor")

    assert "Nothing changes." in out[0]


@pytest.mark.parametrize(
    ("tree", "word"),
    [
        ({"x.txt": "x"}, "There is no course in it"),
        ({"course.yaml": "a: ["}, "course.yaml, line 1: This is not valid YAML"),
    ],
)
def test_broken_source_is_refused_with_its_place(run, tree, word):
    with pytest.raises(CommandError, match=word) as caught:
        run(tree)

    assert str(caught.value).endswith(" Nothing was changed.")
    assert not Course.objects.exists()


def test_wrong_arguments_are_told(tmp_path):
    (tmp_path / "file.txt").write_text("x")
    write_folder(tmp_path / "ok", OWN)

    for path, chapter, word in [
        ("gone", "harbor", "No such file"),
        ("file.txt", "harbor", "neither a folder nor a zip file"),
        ("ok", "nowhere", "There is no chapter “nowhere”"),
    ]:
        with pytest.raises(CommandError, match=word):
            call("import_course", tmp_path / path, chapter=chapter)


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_export_can_be_imported(run, tmp_path, name):
    run(OWN)

    out, _err = call("export_course", "tea", tmp_path / name)

    assert out == [f"“茶” is in {tmp_path / name}."]
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == [name]
    assert "Nothing changes." in call("import_course", tmp_path / name, chapter="harbor")[0][0]


def test_export_overwrites_nothing(run, tmp_path):
    run(OWN)

    for slug, path, word in [
        ("tea", tmp_path, "does not exist yet"),
        ("tea", tmp_path / "a" / "b", "in a folder that does"),
        ("coffee", tmp_path / "out", "There is no course “coffee”"),
    ]:
        with pytest.raises(CommandError, match=word):
            call("export_course", slug, path)
