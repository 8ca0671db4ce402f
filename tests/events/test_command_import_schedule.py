from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from events.models import Event
from tests.events.schedule_samples import encode, opass, session
from tests.factories.community import ChapterFactory
from tests.factories.events import EventFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chapter():
    return ChapterFactory(slug="harbor")


@pytest.fixture
def run(tmp_path, chapter):
    file = tmp_path / "conf-2030.json"

    def run(data, *options):
        file.write_bytes(data if isinstance(data, bytes) else encode(data))
        out, err = StringIO(), StringIO()
        call_command(
            "import_schedule", str(file), *options, chapter="harbor", stdout=out, stderr=err
        )
        return out.getvalue().splitlines(), err.getvalue().splitlines()

    return run


def test_command_imports_and_reports(run):
    out, err = run(opass())

    assert out == [
        (
            "2 talks, 1 rooms, 1 speakers, 2 remarks. "
            "1 × event added, 1 × room added, 1 × speaker added, 2 × talk added."
        ),
        "The event is “Conf 2030” (conf-2030).",
    ]
    assert err == ['! rooms[1] "二号厅": no talk has it', '! speakers[1] "周行": no talk has it']
    assert run(opass())[0][0] == "2 talks, 1 rooms, 1 speakers, 2 remarks. Nothing changes."


def test_command_dry_run_prints_the_difference_and_writes_nothing(run):
    run(opass())

    out, _ = run(opass(session(1, start="2030-05-04T09:40:00+08:00"), session(3)), "--dry-run")

    assert out == [
        "~ event “Conf 2030”",
        "    starts: 2030-05-04 09:30 CST → 2030-05-04 09:40 CST",
        "    ends: 2030-05-04 10:30 CST → 2030-05-04 11:00 CST",
        "+ talk “第3场”",
        "~ talk “第1场”",
        "    starts: 2030-05-04 09:30 CST → 2030-05-04 09:40 CST",
        "- talk “第2场”",
        (
            "2 talks, 1 rooms, 1 speakers, 2 remarks. "
            "1 × event changed, 1 × talk added, 1 × talk changed, 1 × talk removed."
        ),
        "This was a dry run: nothing was written.",
    ]
    assert set(Event.objects.get().talks.values_list("key", flat=True)) == {"S1", "S2"}


def test_command_refuses_a_broken_file_in_one_sentence(run):
    with pytest.raises(CommandError) as refused:
        run(b'{"sessions": [')

    assert str(refused.value).startswith(
        "conf-2030.json: line 1, column 15: The file is not valid JSON"
    )
    assert str(refused.value).endswith("Nothing was changed.")
    assert refused.value.returncode == 1
    assert not Event.objects.exists()


def test_command_puts_the_agenda_into_a_named_event(run, chapter):
    event = EventFactory(chapter=chapter, slug="open-day")

    run(opass(), "--event=open-day")

    assert event.talks.count() == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"chapter": "nowhere"}, "There is no chapter “nowhere”."),
        ({"chapter": "harbor", "event": "other"}, "The chapter “harbor” has no event “other”."),
        ({"chapter": "harbor"}, "/nowhere.json: No such file or directory."),
    ],
)
def test_command_names_what_is_missing(chapter, options, message):
    EventFactory(slug="other")  # of another chapter

    with pytest.raises(CommandError) as refused:
        call_command("import_schedule", "/nowhere.json", **options)

    assert str(refused.value) == message
