import io
import os
import stat
import struct
import zipfile

import pytest

from courses.exchange import CourseUnreadable, FolderSource, ZipSource, is_zip
from courses.exchange.sources import base, zips
from tests.courses.exchange.samples import folder, packed, zipped


def refused(tree):
    with pytest.raises(CourseUnreadable) as caught:
        zipped(tree)
    return str(caught.value)


def entry(name, mode=stat.S_IFREG | 0o644):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def test_zip_is_read_without_the_folder_that_wraps_it():
    source = zipped({"tea-main/a.md": "A", "tea-main/b/c.md": "C", "__MACOSX/tea-main/._a.md": "x"})

    assert source.files == {"a.md": 1, "b/c.md": 1}
    assert source.name == "tea-main"
    assert source.text("b/c.md") == "C"
    assert [entry.place for entry in source.skipped] == ["__MACOSX/tea-main/._a.md"]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("../../etc/passwd", "../../etc/passwd: The path leads out of the course."),
        ("a/../../b.md", "a/../../b.md: The path leads out of the course."),
        ("a\\..\\..\\b.md", "a/../../b.md: The path leads out of the course."),
        ("/etc/passwd", "/etc/passwd: The path is absolute."),
        ("C:\\windows\\x.md", "C:/windows/x.md: The path is absolute."),
        ("\\\\host\\share", "//host/share: The path is absolute."),
        ("a\x1bb.md", "a�b.md: The name has invisible characters."),
        ("a\u202egnp.md", "a�gnp.md: The name has invisible characters."),
        (
            "/".join("abcdefghijklm"),
            "a/b/c/d/e/f/g/h/i/j/k/l/m: Folders are nested more than 12 deep.",
        ),
        ("字" * 86 + ".md", "字" * 86 + ".md: The name is too long."),
    ],
)
def test_name_that_could_harm_is_refused_with_its_place(name, word):
    assert refused({entry(name): "x"}) == word


@pytest.mark.parametrize(
    ("mode", "word"),
    [
        (stat.S_IFLNK | 0o777, "This is a link to another file; put the file there."),
        (stat.S_IFBLK | 0o600, "This is a device or a pipe, not a file."),
        (stat.S_IFIFO | 0o600, "This is a device or a pipe, not a file."),
    ],
)
def test_links_and_devices_in_a_zip_are_refused(mode, word):
    assert refused({entry("a.md", mode): "/etc/passwd"}) == f"a.md: {word}"


@pytest.mark.parametrize(
    ("names", "word"),
    [
        (("a.md", "A.md"), "A.md: There is another file of this name: a.md."),
        (("straße.md", "STRASSE.md"), "STRASSE.md: There is another file of this name: straße.md."),
        (("a", "a/b.md"), "a/b.md: It lies in something that is a file: a."),
        (("é.md", "e\u0301.md"), "é.md: There is another file of this name."),
    ],
)
def test_names_that_some_system_takes_for_one_are_refused(names, word):
    assert refused(dict.fromkeys(names, "x")) == word


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.md", "1")
        archive.writestr("a.md", "2")

    with pytest.raises(CourseUnreadable, match=r"a\.md: There is another file of this name\."):
        ZipSource(file, "x")


def test_encrypted_file_is_refused():
    data = bytearray(packed({"a.md": "x"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1

    with pytest.raises(CourseUnreadable, match=r"a\.md: The file is encrypted\."):
        ZipSource(io.BytesIO(data), "x")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_to_pack_are_refused(method):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("a.md", "x")

    with pytest.raises(CourseUnreadable, match=r"a\.md: The file is packed in a way"):
        ZipSource(file, "x")


def test_one_file_that_unpacks_to_far_more_is_refused():
    word = "zeros.bin: The file unpacks to far more than it holds."

    assert refused({"zeros.bin": b"\0" * 2 * 1024 * 1024}) == word


def test_many_files_that_unpack_to_far_more_are_refused():
    zeros = b"\0" * zips.SMALL

    word = "The archive unpacks to far more than it holds."
    assert refused({f"{n}.bin": zeros for n in range(70)}) == word


def test_more_than_may_be_is_refused(monkeypatch):
    monkeypatch.setattr(base, "MAX_FILES", 2)
    monkeypatch.setattr(zips, "MAX_FILES", 2)
    assert refused({"a": "", "b": "", "c": ""}) == "There are more than 2 files."

    monkeypatch.setattr(base, "MAX_FILES", 9)
    monkeypatch.setattr(base, "MAX_TOTAL_BYTES", 9)
    assert refused({"a": "x" * 5, "b": "x" * 5}) == "All files together are larger than 4 GB."


def test_directory_that_would_fill_the_memory_is_refused_unread(monkeypatch):
    data = bytearray(packed({"a.md": "x"}))
    struct.pack_into("<L", data, data.rindex(b"PK\x05\x06") + 12, 2**31)

    with pytest.raises(CourseUnreadable, match="There are more than 5000 files"):
        ZipSource(io.BytesIO(data), "x")


@pytest.mark.parametrize("cut", [30, 60, 90])
def test_zip_that_broke_off_is_refused(cut):
    with pytest.raises(CourseUnreadable, match="The zip file is broken; pack it again"):
        ZipSource(io.BytesIO(packed({"a.md": "x" * 100})[:cut]), "x")


def test_file_that_was_damaged_is_found_when_it_is_read():
    data = bytearray(packed({"a.md": os.urandom(100)}))
    data[40] ^= 0xFF

    with pytest.raises(CourseUnreadable, match=r"a\.md: The archive is broken here"):
        ZipSource(io.BytesIO(data), "x").sha256("a.md")


def test_entry_that_says_a_smaller_size_than_it_has_gives_no_more():
    data = bytearray(packed({"a.bin": b"\0" * 100_000}))
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 24, 10)

    with pytest.raises(CourseUnreadable, match="The archive is broken here"):
        b"".join(ZipSource(io.BytesIO(data), "x").chunks("a.bin"))


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_names_of_old_zip_programs_are_read(codec):
    data = packed({"x" * len("第一课.md".encode(codec)): "x"})
    data = data.replace(b"x" * len("第一课.md".encode(codec)), "第一课.md".encode(codec))

    assert list(ZipSource(io.BytesIO(data), "x").files) == ["第一课.md"]


def test_only_zips_look_like_zips():
    assert is_zip(io.BytesIO(packed({"a": ""})))
    assert not is_zip(io.BytesIO(b"%PDF"))


def test_folder_is_read(tmp_path):
    source = folder(tmp_path / "tea", {"a.md": "A", "b/c.md": "C", ".git/config": "x"})

    assert (source.name, source.files) == ("tea", {"a.md": 1, "b/c.md": 1})
    assert [entry.place for entry in source.skipped] == [".git"]


def test_links_and_pipes_in_a_folder_are_refused(tmp_path):
    (tmp_path / "a.md").symlink_to("/etc/passwd")
    with pytest.raises(CourseUnreadable, match=r"a\.md: This is a link to another file"):
        FolderSource(tmp_path)

    (tmp_path / "a.md").unlink()
    os.mkfifo(tmp_path / "b.md")
    with pytest.raises(CourseUnreadable, match=r"b\.md: This is a device or a pipe"):
        FolderSource(tmp_path)


def test_link_that_came_after_the_check_is_not_followed(tmp_path):
    source = folder(tmp_path, {"a.md": "A"})
    (tmp_path / "a.md").unlink()
    (tmp_path / "a.md").symlink_to("/etc/passwd")

    with pytest.raises(CourseUnreadable, match=r"a\.md: "):
        source.text("a.md")


@pytest.mark.parametrize(
    "data",
    [
        "钱包与密钥, wallets".encode(),
        b"\xef\xbb\xbf" + "钱包与密钥, wallets".encode(),
        "钱包与密钥, wallets".encode("utf-16"),
        "钱包与密钥, wallets".encode("gb18030"),
    ],
)
def test_texts_are_read_in_the_encodings_that_editors_write(data):
    assert zipped({"a.md": data}).text("a.md") == "钱包与密钥, wallets"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("one\ntwo é three".encode("latin-1"), "a.md, line 2: The text is neither"),
        ("ключи и кошельки".encode("cp1251"), "a.md, line 1: The text is neither"),
        (b"PK\x00\x01", "a.md: This is not a text: it has bytes of zero."),
    ],
)
def test_text_in_another_encoding_is_refused_with_its_line(data, word):
    with pytest.raises(CourseUnreadable) as caught:
        zipped({"a.md": data}).text("a.md")

    assert str(caught.value).startswith(word)


def test_text_that_is_too_large_is_refused_unread():
    source = zipped({"a.md": os.urandom(base.MAX_TEXT_BYTES + 1)})

    with pytest.raises(CourseUnreadable, match=r"a\.md: This file may have 2 MB at most\."):
        source.text("a.md")


def test_texts_that_are_too_long_together_are_refused(monkeypatch):
    monkeypatch.setattr(base, "MAX_ALL_TEXTS", 5)
    source = zipped({"a.md": "xxx", "b.md": "xxx"})
    source.text("a.md")

    with pytest.raises(CourseUnreadable, match=r"b\.md: All texts together"):
        source.text("b.md")
