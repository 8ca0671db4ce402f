import pytest
from django.core.management import CommandError, call_command

from core.management.commands.vendor_static import FILES


@pytest.fixture
def house(tmp_path, settings):
    """A checkout in which `npm ci` has just run."""
    settings.BASE_DIR = tmp_path
    for source in FILES.values():
        file = tmp_path / "node_modules" / source
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    return tmp_path


def run(capsys):
    call_command("vendor_static")
    return capsys.readouterr().out.strip()


def test_vendor_static_copies_once_and_then_only_what_changed(house, capsys):
    assert run(capsys) == "static/vendor: 14 of 14 files renewed."
    assert run(capsys) == "static/vendor: 0 of 14 files renewed."

    (house / "node_modules" / FILES["zxing/share.js"]).write_text("newer")
    assert run(capsys) == "static/vendor: 1 of 14 files renewed."
    assert (house / "static" / "vendor" / "zxing" / "share.js").read_text() == "newer"


def test_font_faces_name_only_files_that_are_copied(house, capsys):
    run(capsys)

    fonts = house / "static" / "vendor" / "fonts"
    named = {part.split('"')[0] for part in (fonts / "fonts.css").read_text().split('url("')[1:]}
    assert named == {file.name for file in fonts.glob("*.woff2")}


def test_vendor_static_says_what_to_run_first(tmp_path, settings):
    settings.BASE_DIR = tmp_path

    with pytest.raises(CommandError, match="npm ci"):
        call_command("vendor_static")
