"""The rules of contributing, in words. Whoever changes one changes VERSION and SINCE."""

from datetime import date
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy

VERSION = 1
SINCE = date(2026, 11, 26)


class Chapter(NamedTuple):
    key: str
    title: str | Promise
    rules: list[str | Promise]


def chapters() -> list[Chapter]:
    return [
        Chapter(
            "work",
            _("What counts"),
            [
                _(
                    "Articles, translations, talks, help at events, code and answers: work for the "
                    "community that others can look at, by a link or a file."
                ),
                _(
                    "The system proposes what it has seen: talks that were held, hours at the door, "
                    "answers that learners accepted. A proposal is worth nothing until the person "
                    "submits it and a reviewer accepts it."
                ),
                _(
                    "Several authors say themselves how they share the work. Points are divided by "
                    "these shares, and the largest remainders get what rounding leaves over."
                ),
            ],
        ),
        Chapter(
            "review",
            pgettext_lazy("rules", "Review"),
            [
                _("Nobody reviews their own work. The database refuses it, too."),
                _("Large work needs two reviewers who both say large."),
                _(
                    "Whoever rejects says why, and whoever submitted reads it with the reviewer's "
                    "name. Nothing that was said can be changed afterwards."
                ),
                _(
                    "What was not accepted, or accepted as smaller, can be appealed once. Other "
                    "reviewers decide about an appeal."
                ),
                _(
                    "An acceptance that was a mistake can be taken back, with a reason, as long as "
                    "no period settles it."
                ),
            ],
        ),
        Chapter(
            "points",
            pgettext_lazy("rules", "Points"),
            [
                _(
                    "Points come from the published table that is in force when the work is "
                    "accepted. A published table is never changed, only followed by another."
                ),
                _("The table also says which part of a period's money each kind of work may use."),
            ],
        ),
        Chapter(
            "money",
            pgettext_lazy("rules", "Money"),
            [
                _(
                    "A published share of every paid order flows into the pool. What has matured "
                    "when a period is frozen is what the period can divide."
                ),
                _(
                    "Within a kind of work, money is divided by points, to the last coin: more "
                    "points never mean less money. What a kind does not use rolls over."
                ),
                _(
                    "A draft statement is open to disputes before it becomes final. Once final, "
                    "nobody has to give anything back."
                ),
                _("A payout is approved by another person than the one who asked for it."),
            ],
        ),
        Chapter(
            "passes",
            pgettext_lazy("rules", "Free passes"),
            [
                _(
                    "Published rules give free passes by themselves; organizers may give one by hand, "
                    "with a reason. A pass takes a place like any ticket and adds nothing to the pool."
                ),
                _(
                    "A ticket returned before its event starts gives the pass back. A pass may be "
                    "passed on only where its rule says so, and once."
                ),
            ],
        ),
        Chapter(
            "names",
            pgettext_lazy("rules", "Names"),
            [
                _(
                    "Public pages call contributors by a pseudonym, unless they choose to show their "
                    "name. Evidence that is a file is seen by its authors and by reviewers only."
                ),
            ],
        ),
    ]
