import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st
from PIL import Image

from courses.exchange import FolderSource, ZipSource
from courses.models import Blob, Course, Lesson, LessonDraft, Material
from courses.services.exports import course_entries, write_folder, zip_chunks
from courses.services.files import attach_file, clean_name, store_file
from courses.services.imports import compare_course, import_course, read_source
from tests.courses.exchange.samples import BILINGUAL, CARPENTRIES, OWN, cartridge, zipped
from tests.factories.community import ChapterFactory
from tests.factories.courses import CourseFactory, LessonDraftFactory, LessonFactory, ModuleFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def written(course):
    """The export as {path: bytes}."""
    return {entry.path: b"".join(entry.chunks()) for entry in course_entries(course)}


def packed(course):
    return b"".join(zip_chunks(course))


def back(course, chapter):
    source = ZipSource(io.BytesIO(packed(course)), course.slug)
    return import_course(read_source(source), chapter=chapter)


@pytest.mark.parametrize("tree", [BILINGUAL, CARPENTRIES, cartridge(), OWN])
def test_export_brought_back_changes_nothing_and_elsewhere_is_the_same_to_the_byte(tree):
    chapter = ChapterFactory()
    course = import_course(read_source(zipped(tree, "x")), chapter=chapter).course
    first = written(course)

    assert back(course, chapter).changes == []

    other = back(course, ChapterFactory()).course
    assert other.pk != course.pk
    assert written(other) == first


def test_folder_is_what_the_documentation_says():
    course = import_course(read_source(zipped(OWN)), chapter=ChapterFactory()).course

    assert written(course) == {
        "course.yaml": (
            "format: chainone-course/1\nid: c1\ntitle:\n  zh-hans: 茶\n  en: Tea\nlevel: advanced\n"
            "modules:\n  - id: m1\n    title:\n      en: Leaves\n    lessons:\n      - green\n"
            "      - black\n"
        ).encode(),
        "lessons/green/lesson.yaml": (
            b"id: l1\nminutes: 10\npreview: true\nfiles:\n  - name: cup.png\n    title: A cup\n"
            b"    language: en\n"
        ),
        "lessons/green/en.md": OWN["lessons/green/en.md"].encode(),
        "lessons/green/zh-hans.md": OWN["lessons/green/zh-hans.md"].encode(),
        "lessons/green/cup.png": OWN["lessons/green/cup.png"],
        "lessons/black/lesson.yaml": (
            b"id: l2\nrelease: after_start\nrelease_days: 7\nneeds:\n  - green\n"
        ),
        "lessons/black/en.md": b"---\ntitle: black\n---\nSee [green](../green/).\n",
    }


def test_course_that_was_written_here_goes_and_comes_back():
    module = ModuleFactory(course__title_zh_hans="", course__completion_percent=80)
    course, chapter = module.course, module.course.chapter
    lesson = LessonFactory(
        module=module,
        is_required=False,
        release="on_date",
        release_at=datetime(2036, 3, 1, 8, 30, tzinfo=UTC),
    )
    LessonFactory(module=module, drafts=(), slug="nothing-yet").prerequisites.add(lesson)

    assert back(course, chapter).changes == []
    other = back(course, ChapterFactory()).course
    assert written(other) == written(course)
    (copy, _empty) = Lesson.objects.live().filter(course=other)
    assert (copy.is_required, copy.release_at) == (False, lesson.release_at)
    assert copy.source_key == lesson.public_id


def test_deleted_lessons_stay_at_home():
    lesson = LessonFactory(deleted_at=datetime(2030, 1, 1, tzinfo=UTC))

    assert list(written(lesson.course)) == ["course.yaml"]


def picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


def test_cover_goes_along_and_is_not_written_anew():
    course = CourseFactory()
    course.cover.save("c.jpg", ContentFile(picture()))

    assert back(course, course.chapter).changes == []
    other = back(course, ChapterFactory()).course
    assert Path(other.cover.path).read_bytes() == picture()
    assert written(other) == written(course)


def test_files_come_back_under_their_names_order_titles_and_captions():
    lesson = LessonFactory()
    video = b"\0\0\0\x18ftypmp42" + b"\0" * 64
    captions = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"
    wanted = [
        ("talk.mp4", "", video),
        ("talk.vtt", "en", captions),
        ("en.md", "", b"a file that is named like a text"),
        ("Slides.txt", "", b"one"),
        ("slides.txt", "", b"two"),
        ("slides.txt", "zh-hans", "三".encode()),
        ("结构 图.txt", "", b"four"),
    ]
    for name, language, data in wanted:
        stored = store_file(chapter=lesson.course.chapter, name=name, file=io.BytesIO(data))
        made = attach_file(lesson=lesson, by=None, name=name, blob=stored.blob, language=language)
        Material.objects.filter(pk=made.pk).update(title=f"The {name}")
    Material.objects.filter(name="talk.vtt").update(
        captions_of=Material.objects.get(name="talk.mp4"), position=0
    )
    Material.objects.exclude(name="talk.vtt").update(position=1)

    assert back(lesson.course, lesson.course.chapter).changes == []
    other = back(lesson.course, ChapterFactory()).course
    assert written(other) == written(lesson.course)
    copies = Material.objects.filter(lesson__course=other)
    assert copies.get(name="talk.vtt").captions_of == copies.get(name="talk.mp4")
    assert [row.name for row in copies] == [
        "talk.vtt",
        *(name for name, *_rest in wanted if name != "talk.vtt"),
    ]


titles = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
bodies = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200
) | (
    st.sampled_from(
        [
            "",
            "\n",
            "---\n",
            "---\ntitle: x\n---\n",
            " \t\n",
            "a\r\nb\r\n",
            "\ufeffx",
            "[a](lesson:b)",
        ]
    )
)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
lessons = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(["en", "zh-hans"]), st.tuples(titles, bodies)),
        st.lists(st.tuples(names, st.binary(min_size=1, max_size=9)), max_size=3),
    ),
    max_size=3,
)


@hypothesis_settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(title=titles, lessons=lessons)
def test_whatever_was_written_goes_and_comes_back(title, lessons):
    module = ModuleFactory(course__title_zh_hans=title.strip(), course__description_en=title)
    for texts, files in lessons:
        lesson = LessonFactory(module=module, drafts=())
        for language, (name, body) in texts.items():
            LessonDraftFactory(
                lesson=lesson, language=language, title=name.strip() or "x", body=body
            )
        for name, data in files:
            stored = store_file(
                chapter=module.course.chapter,
                name="x.txt",
                file=io.BytesIO(b"text " + data.hex().encode()),
            )
            attach_file(lesson=lesson, by=None, name=clean_name(name), blob=stored.blob)

    first = packed(module.course)

    assert back(module.course, module.course.chapter).changes == []
    other = back(module.course, ChapterFactory()).course
    assert written(other) == written(module.course)
    assert packed(module.course) == first


def test_folder_and_zip_have_the_same_files(tmp_path):
    course = import_course(read_source(zipped(OWN)), chapter=ChapterFactory()).course

    assert write_folder(course, tmp_path / "out") == 7

    source = FolderSource(tmp_path / "out")
    archive = zipfile.ZipFile(io.BytesIO(packed(course)))
    assert {path: source.read(path) for path in source.files} == written(course)
    assert {name.partition("/")[2]: archive.read(name) for name in archive.namelist()} == written(
        course
    )
    assert compare_course(read_source(source), chapter=course.chapter).changes == []


def test_folder_is_written_whole_or_not_at_all(tmp_path):
    course = import_course(read_source(zipped(OWN)), chapter=ChapterFactory()).course
    Blob.objects.update(sha256="0" * 64)

    with pytest.raises(OSError, match="0000"):
        write_folder(course, tmp_path / "out")

    assert not [path for path in tmp_path.iterdir() if "out" in path.name]


def test_number_of_queries_does_not_grow_with_the_course(django_assert_num_queries):
    few, many = ModuleFactory().course, ModuleFactory().course
    LessonFactory(module=few.modules.get())
    LessonFactory.create_batch(10, module=many.modules.get())

    for course in (few, many):
        course = Course.objects.get(pk=course.pk)
        with django_assert_num_queries(5):
            course_entries(course)
    assert LessonDraft.objects.count() == 22
