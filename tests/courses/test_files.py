"""Files of a lesson's desk: taken in by pieces, looked into, stored once, within the quota."""

import hashlib
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from courses import storage
from courses.captions import BrokenCaptions
from courses.errors import (
    CaptionsOfNothing,
    ChapterFull,
    FileEmpty,
    FileNotAccepted,
    FileTooLarge,
    UploadGone,
    UploadIncomplete,
    WrongOffset,
)
from courses.models import Blob, Material, MaterialKind, Upload
from courses.services import files
from tests.factories.accounts import UserFactory
from tests.factories.courses import (
    BlobFactory,
    CourseFactory,
    LessonFactory,
    MaterialFactory,
    ModuleFactory,
)

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n" + bytes(range(200)) * 10
MP4 = b"\x00\x00\x00\x20ftypisom\x00" + b"x" * 100
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"


@pytest.fixture
def lesson():
    return LessonFactory()


@pytest.fixture
def lecturer():
    return UserFactory()


@pytest.fixture
def add(lesson, lecturer):
    def add_one(name, data, **about):
        about = {"lesson": lesson, "by": lecturer} | about
        return files.add_file(name=name, file=io.BytesIO(data), **about)

    return add_one


def stored(material):
    with storage.opener(material.blob)() as file:
        return file.read()


def incoming(settings):
    return list(settings.UPLOADS_DIR.iterdir()) if settings.UPLOADS_DIR.exists() else []


def nothing_is_left(settings):
    return not incoming(settings) and not Upload.objects.exists()


def test_a_file_is_stored_under_its_hash(add, lecturer, settings):
    material = add("课件.pdf", PDF, title="Slides", language="en")

    assert stored(material) == PDF
    assert material.blob.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (material.kind, material.name, material.title, material.language, material.added_by) == (
        MaterialKind.PDF,
        "课件.pdf",
        "Slides",
        "en",
        lecturer,
    )
    assert nothing_is_left(settings)


def test_the_same_bytes_are_stored_once(add, tmp_path):
    first, second = add("a.pdf", PDF), add("b.pdf", PDF)

    assert first.blob == second.blob
    assert [file.name for file in (tmp_path / "files").rglob("*") if file.is_file()] == [
        first.blob.sha256
    ]


def test_a_file_of_the_same_name_replaces_the_one_on_the_desk(add):
    first = add("a.pdf", PDF, title="Kept")
    second = add("a.pdf", PDF + b"more")
    other = add("a.pdf", PDF, language="en")

    assert (second.pk, second.title) == (first.pk, "Kept")
    assert stored(second) == PDF + b"more"
    assert other.pk != first.pk


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.pdf", b"", FileEmpty),
        ("a.pdf", b"\x7fELF\x02\x01", FileNotAccepted),
        ("a.mp4", b"\x00" * 50, FileNotAccepted),
        ("a.vtt", b"no captions", BrokenCaptions),
        ("a.txt", b"WEBVTT\n\nno time", BrokenCaptions),
    ],
)
def test_what_is_refused_leaves_nothing(add, settings, name, data, error):
    with pytest.raises(error):
        add(name, data)

    assert (Material.objects.count(), Blob.objects.count()) == (0, 0)
    assert nothing_is_left(settings)


def test_a_file_too_large_is_refused(add, lesson, lecturer, settings):
    settings.FILE_MAX_BYTES = len(PDF) - 1

    with pytest.raises(FileTooLarge):
        add("a.pdf", PDF)
    with pytest.raises(FileTooLarge):
        files.begin_upload(lesson=lesson, by=lecturer, name="a.pdf", size=len(PDF))

    assert nothing_is_left(settings)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\slides\\第 1 讲.pdf", "第 1 讲.pdf"),
        ('a"b<c>?.pdf', "a-b-c-.pdf"),
        ("\x00..", "file"),
        ("x" * 300 + ".pdf", "x" * 156 + ".pdf"),
        ("e\u0301.pdf", "é.pdf"),
    ],
)
def test_a_name_is_only_a_name(name, wanted):
    assert files.clean_name(name) == wanted


def test_srt_becomes_webvtt_and_belongs_to_its_video(add):
    video = add("talk.mp4", MP4)
    captions = add(
        "talk.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHello", language="en", captions_of=video
    )

    assert (captions.name, captions.captions_of, captions.kind) == (
        "talk.vtt",
        video,
        MaterialKind.CAPTIONS,
    )
    assert stored(captions).startswith(b"WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n")


def test_captions_belong_to_a_video_of_the_lesson(add):
    elsewhere = MaterialFactory(kind=MaterialKind.VIDEO)

    for wrong in (elsewhere, add("a.pdf", PDF)):
        with pytest.raises(CaptionsOfNothing):
            add("talk.vtt", VTT, captions_of=wrong)


class Broken(io.BytesIO):
    """A connection that breaks after its bytes."""

    def read(self, size=-1):
        piece = super().read(min(size, 100))
        if not piece:
            raise OSError("connection reset")
        return piece


def test_an_upload_that_breaks_goes_on_where_it_was(lesson, lecturer, settings):
    upload = files.begin_upload(lesson=lesson, by=lecturer, name="a.pdf", size=len(PDF))

    with pytest.raises(OSError, match="reset"):
        files.receive_piece(upload=upload, offset=0, body=Broken(PDF[:700]))
    assert upload.received == 700
    with pytest.raises(UploadIncomplete):
        files.finish_upload(upload=upload)
    with pytest.raises(WrongOffset) as refused:
        files.receive_piece(upload=upload, offset=0, body=io.BytesIO(PDF))
    upload = files.receive_piece(
        upload=upload,
        offset=refused.value.params["received"],
        body=io.BytesIO(PDF[700:] + b"too much"),
    )

    assert stored(files.finish_upload(upload=upload)) == PDF
    assert nothing_is_left(settings)


def test_an_upload_that_ended_cannot_end_again(lesson, lecturer):
    upload = files.begin_upload(lesson=lesson, by=lecturer, name="a.pdf", size=len(PDF))
    files.receive_piece(upload=upload, offset=0, body=io.BytesIO(PDF))
    again = Upload.objects.get()

    files.finish_upload(upload=upload)
    with pytest.raises(UploadGone):
        files.finish_upload(upload=again)

    assert Material.objects.count() == 1


def test_the_quota_counts_what_is_stored_once_and_what_is_coming(add, lesson, lecturer, settings):
    settings.CHAPTER_FILES_MAX_BYTES = 10_000
    chapter = lesson.course.chapter
    blob = BlobFactory(size=4_000)
    MaterialFactory(lesson=lesson, blob=blob)
    MaterialFactory(lesson=lesson, blob=blob)
    MaterialFactory(blob=BlobFactory(size=9_000))  # another chapter's
    files.begin_upload(lesson=lesson, by=lecturer, name="b.pdf", size=5_000)
    assert files.used_bytes(chapter) == 9_000

    with pytest.raises(ChapterFull):
        files.begin_upload(lesson=lesson, by=lecturer, name="c.pdf", size=1_001)
    with pytest.raises(ChapterFull):
        add("d.pdf", PDF)
    files.cancel_upload(upload=Upload.objects.get())
    sibling = LessonFactory(module=ModuleFactory(course=CourseFactory(chapter=chapter)))
    files.begin_upload(lesson=sibling, by=lecturer, name="e.pdf", size=6_000)

    assert files.used_bytes(chapter) == 10_000


def test_an_upload_that_nobody_went_on_with_gives_its_room_back(lesson, lecturer, settings):
    upload = files.begin_upload(lesson=lesson, by=lecturer, name="a.pdf", size=100)
    files.receive_piece(upload=upload, offset=0, body=io.BytesIO(b"x" * 50))
    fresh = files.begin_upload(lesson=lesson, by=lecturer, name="b.pdf", size=100)
    Upload.objects.filter(pk=upload.pk).update(updated_at=timezone.now() - timedelta(days=3))

    assert files.forget_old_uploads() == 1

    assert (list(Upload.objects.all()), incoming(settings)) == ([fresh], [])


def test_a_file_taken_off_the_desk_can_come_back(add):
    files.delete_material(material=add("a.pdf", PDF))

    assert not Material.objects.exists()
    assert stored(add("b.pdf", PDF)) == PDF
