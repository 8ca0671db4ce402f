"""A clock that moves only when it is told to, and a little with every look."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

BEGIN = datetime(2030, 3, 1, 6, 0, tzinfo=UTC)  # years before the factories' events
TICK = timedelta(milliseconds=1)  # no two looks are at one instant, so rows keep their order


class Clock:
    def __init__(self) -> None:
        self.at = BEGIN

    def look(self) -> datetime:
        self.at += TICK
        return self.at

    def advance(self, span: timedelta) -> None:
        self.at += span

    def install(self, monkeypatch) -> None:
        """Stand in for the class `datetime` where Django asks it for `now`, and nowhere else.

        Model defaults hold Django's function itself, so it is what that function reads that
        changes.
        """

        class Datetimes(type):
            def __instancecheck__(cls, value: object) -> bool:
                return isinstance(value, datetime)

        class Told(datetime, metaclass=Datetimes):
            @classmethod
            def now(cls, tz: object = None) -> datetime:
                return self.look()

        monkeypatch.setattr(timezone, "datetime", Told)
