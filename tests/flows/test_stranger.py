"""A stranger tries every address, with the real numbers and names of what is not theirs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, TokenScope
from accounts.services import create_api_token
from community.models import Role
from courses.models import Course, Lesson, Upload
from courses.services.cohorts import make_exception
from courses.services.publishing import publish_course
from courses.services.taking import start_attempt
from incentives.models import Payout, PayoutAccount, StatementDispute
from incentives.services import periods
from orders.models import GatewayEvent, Refund, RefundReason
from tests.courses.work import published_quiz
from tests.factories.accounts import UserFactory
from tests.factories.classes import AnnouncementFactory, AttendanceFactory, ClassSessionFactory
from tests.factories.community import ChapterFactory, InvitationFactory, MembershipFactory
from tests.factories.courses import (
    CertificateFactory,
    CourseFactory,
    CourseInvitationFactory,
    CourseOfferFactory,
    EnrollmentFactory,
    LessonDraftFactory,
    LessonFactory,
    MaterialFactory,
    ModuleFactory,
    QuestionFactory,
    ReplyFactory,
)
from tests.factories.events import EventFactory, RoomFactory, SpeakerFactory, TalkFactory
from tests.factories.incentives import (
    ContributionFactory,
    HelperShiftFactory,
    OfficerFactory,
    PassPolicyFactory,
    PointsTableFactory,
)
from tests.factories.orders import OrderFactory, OrderLineFactory, PaymentFactory
from tests.factories.ticketing import (
    CheckInFactory,
    DeviceFactory,
    FreePassFactory,
    QuotaFactory,
    TicketFactory,
    TicketTypeFactory,
)
from tests.factories.work import AssignmentFactory, SubmissionFactory, SubmissionFileFactory
from tests.flows.addresses import DECIDED, Access, addresses
from tests.incentives import money
from ticketing.models import TicketStatus
from ticketing.services.devices import start_pairing

pytestmark = pytest.mark.django_db

PERSONAS = ["anonymous", "without a role", "organizer elsewhere", "door helper"]
NOT_THERE = {404, 405}  # 405 only says how the address would be used
HIDDEN = "Somebody Private"  # in everything that is not public

# What any form of the site would take: if a wrong one answered, it would also write
BODY = {
    **dict.fromkeys(["name", "title_en", "title_zh_hans", "name_en", "reason", "note"], "Mine"),
    **dict.fromkeys(["confirm", "yes", "size", "price", "min_per_order", "max_per_order"], "1"),
    "email": "mine@example.com",
    "role": "owner",
    "roles": ["owner"],
    "provider": "cash",
    "direction": "down",
    "time_zone": "Asia/Shanghai",
    "start_at": "2036-06-01T10:00",
    "end_at": "2036-06-01T12:00",
    "version": "1",
    "currency": "CNY",
}
# Written by looking at one's own account: a session, and an address that is known already
HARMLESS = ["django_session", "account_emailaddress"]


class World:
    """A chapter with one of everything, and the numbers and names by which it is addressed."""

    def __init__(self) -> None:
        self.chapter = ChapterFactory()
        self.event = EventFactory(chapter=self.chapter)
        self.draft = EventFactory(chapter=self.chapter, draft=True, title_en=HIDDEN)
        self.rows = {
            "chapters/slug": [self.chapter.slug],
            "events/slug": [self.event.slug, self.draft.slug],
            "/slug": [self.event.slug],
            "door/language": ["en"],
        }
        self._people()
        self._agenda()
        self._sales()
        self._courses()
        self._doors()
        self._pool()
        self._work()

    def _pool(self) -> None:
        """Work in review and work proposed; a published table of points, and a draft."""
        work = ContributionFactory(title=HIDDEN, created_by__name=HIDDEN)
        proposed = ContributionFactory(title=HIDDEN, draft=True)
        table = PointsTableFactory()
        PointsTableFactory(draft=True)
        officer = OfficerFactory(user__name=HIDDEN)
        shift = HelperShiftFactory(event=self.event, user__name=HIDDEN)
        self.rows |= {
            "contributions/public_id": [work.public_id, proposed.public_id],
            "reviews/public_id": [work.public_id, proposed.public_id],
            "points/version": [table.version],
            "officers/pk": [officer.pk],
            "passes/lineage": [PassPolicyFactory().lineage],
            "helpers/pk": [shift.pk],
        }
        self._settlement()

    def _settlement(self) -> None:
        """A draft that only treasurers read, an objection, and a payout under way."""
        author = money.work(created_by__name=HIDDEN).created_by
        money.fill(10_000)
        period = periods.freeze(period=money.may(), by=author)
        objection = StatementDispute.objects.create(period=period, by=author, text=HIDDEN)
        account = PayoutAccount.objects.create(user=author, method="bank", sealed=b"", hint="x")
        payout = Payout.objects.create(
            user=author,
            requested_by=author,
            account=account,
            purse="contributor",
            currency="CNY",
            amount_minor=1,
        )
        self.rows |= {
            "periods/public_id": [period.public_id],
            "disputes/public_id": [objection.public_id],
            "statements/digest": [period.statements.get().digest],
            "payouts/public_id": [payout.public_id],
            "accounts/public_id": [account.public_id],
            "earnings/public_id": [period.public_id],
        }

    def _doors(self) -> None:
        device = DeviceFactory(event=self.event, name=HIDDEN)
        pairing = start_pairing(
            event=self.event, gate=device.gate, device_name=HIDDEN, by=UserFactory()
        )
        self.rows |= {
            "lists/public_id": [self.event.check_in_lists.get().public_id],
            "gates/public_id": [device.gate.public_id],
            "phones/public_id": [device.public_id],
            "pairings/public_id": [pairing.public_id],
        }

    def _people(self) -> None:
        owner = MembershipFactory(chapter=self.chapter, role=Role.OWNER, user__name=HIDDEN)
        invited = InvitationFactory(chapter=self.chapter, email="private@example.com")
        token, _secret = create_api_token(
            user=owner.user, name=HIDDEN, scopes=[TokenScope.EVENTS_READ]
        )
        self.rows |= {
            "members/pk": [owner.pk, owner.user.pk],
            "invitations/pk": [invited.pk],
            "invitations/token": ["not-the-token-that-was-mailed"],
            "tokens/pk": [token.pk],
        }

    def _agenda(self) -> None:
        talks = [TalkFactory(event=event) for event in (self.event, self.draft)]
        self.rows |= {
            "talks/public_id": [talk.public_id for talk in talks],
            "rooms/pk": [RoomFactory(event=event).pk for event in (self.event, self.draft)],
            "speakers/pk": [SpeakerFactory(event=event).pk for event in (self.event, self.draft)],
            "venues/pk": [self.event.venue.pk],
        }

    def _sales(self) -> None:
        quota = QuotaFactory(event=self.event, name=HIDDEN)
        kind = TicketTypeFactory(event=self.event, quotas=[quota], price_minor=5000)
        paid = self._ticket(kind, TicketStatus.VALID, paid=True)
        held = self._ticket(kind, TicketStatus.HELD)
        payment = PaymentFactory(order=held.order_line.order)
        refund = Refund.objects.create(
            payment=payment, amount_minor=1, currency="CNY", reason=RefundReason.ORGANIZER
        )
        told = GatewayEvent.objects.create(event_id="evt_1", kind="charge.updated", payload={})
        scan = CheckInFactory(ticket=paid)
        given = FreePassFactory(event=self.event, chapter=self.chapter, reason=HIDDEN)
        self.rows |= {
            "quotas/pk": [quota.pk],
            "tickets/public_id": [kind.public_id],
            "passes/public_id": [given.public_id],
            "exchange/ticket_id": [paid.public_id],
            "take/token": [f"{given.public_id}:not-the-signature"],
            "attendees/public_id": [paid.public_id, held.public_id],
            "orders/reference": [t.order_line.order.reference for t in (paid, held)],
            "orders/public_id": [uuid4()],
            "orders/order_id": [uuid4()],
            "refunds/public_id": [refund.public_id],
            "inbox/pk": [told.pk],
            "check-in/nonce": [scan.nonce],
            "check-ins/nonce": [scan.nonce],
        }

    def _courses(self) -> None:
        """A course that is sold, and one that nobody but its lecturer knows."""
        course = CourseFactory(chapter=self.chapter)
        module = ModuleFactory(course=course)
        lesson = LessonFactory(module=module)
        gone = LessonFactory(module=module, deleted_at=timezone.now())
        publish_course(course=course, by=None)
        offer = CourseOfferFactory(cohort__course=course)
        seat = EnrollmentFactory(cohort=offer.cohort, name=HIDDEN)
        invited = CourseInvitationFactory(cohort=offer.cohort, email="private@example.com")
        exception = make_exception(lesson=lesson, user=seat.user, open_at=timezone.now(), by=None)
        draft = self._draft_lesson()
        file = MaterialFactory(lesson=draft, name="secret.pdf")
        upload = Upload.objects.create(lesson=draft, by=seat.user, name=HIDDEN, size=1)
        certificate = CertificateFactory(
            rule__course=course, cohort=offer.cohort, user=seat.user, name=HIDDEN, shows_name=False
        )
        reply = ReplyFactory(question=QuestionFactory(lesson=lesson, title=HIDDEN))
        session = ClassSessionFactory(cohort=offer.cohort)
        row = AttendanceFactory(session=session, user=seat.user)
        self.hidden_slugs = [draft.course.slug]
        self.rows |= {
            "courses/slug": [course.slug, draft.course.slug],
            "modules/public_id": [module.public_id],
            "lessons/public_id": [lesson.public_id, gone.public_id],
            "lessons/lesson_slug": [lesson.slug, draft.slug],
            "materials/public_id": [file.public_id],
            "/name": [file.name],
            "uploads/public_id": [upload.public_id],
            "files/file_id": [MaterialFactory(lesson=lesson).public_id],
            "exceptions/pk": [exception.pk],
            "verify/number": [certificate.label, "NOT-A-NUMBER"],
            "badges/number": [0, 10**12],
            "certificates/number": [certificate.label],
            "questions/public_id": [reply.question.public_id],
            "replies/reply_id": [reply.public_id],
            "publications/number": [1],
            "runs/public_id": [offer.cohort.public_id],
            "offers/public_id": [offer.public_id],
            "learners/public_id": [seat.public_id],
            "classes/public_id": [session.public_id],
            "calendar/token": ["not-the-token-of-anybody"],
            "join/token": [f"{seat.public_id}~forged"],
            "attendance/pk": [row.pk],
            "announcements/public_id": [
                AnnouncementFactory(course=course, title_en=HIDDEN).public_id
            ],
            "invitations/pk": [*self.rows["invitations/pk"], invited.pk],
        }

    def _work(self) -> None:
        """What somebody handed in, with a file, in the course that is sold."""
        course = Course.objects.get(slug=self.rows["courses/slug"][0])
        cohort = course.cohorts.get()
        assignment = AssignmentFactory(course=course, title_en=HIDDEN)
        submission = SubmissionFactory(assignment=assignment, cohort=cohort, text=HIDDEN)
        file = SubmissionFileFactory(submission=submission, name=self.rows["/name"][0])
        quiz, seat = published_quiz(course, title_en=HIDDEN), cohort.enrollments.first()
        self.rows |= {
            "work-files/public_id": [file.public_id],
            "assignments/public_id": [assignment.public_id],
            "due/run_id": [cohort.public_id],
            "hand-ins/public_id": [submission.public_id],
            "quizzes/public_id": [quiz.public_id],
            "questions/question_id": [quiz.questions.get().public_id],
            "attempts/number": [start_attempt(quiz=quiz, user=seat.user, cohort=cohort.pk).number],
        }

    def _draft_lesson(self) -> Lesson:
        course = CourseFactory(chapter=self.chapter, title_en=HIDDEN)
        lesson = LessonFactory(module__course=course, drafts=())
        LessonDraftFactory(lesson=lesson, title=HIDDEN, body=HIDDEN)
        return lesson

    def _ticket(self, kind, status, **order_fields):
        order = OrderFactory(chapter=self.chapter, name=HIDDEN, total_minor=5000, **order_fields)
        line = OrderLineFactory(order=order, unit_price_minor=5000)
        return TicketFactory(ticket_type=kind, order_line=line, holder_name=HIDDEN, status=status)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(autouse=True)
def _as_in_production(settings):
    """The page of all components is there for developers."""
    settings.DEBUG = False


class Visitor:
    """A persona at the site's pages and, with a token that may do all, at its API."""

    def __init__(self, persona: str, world: World) -> None:
        self.persona = persona
        self.client = Client(headers={"accept-language": "en"})
        self.token = ""
        if persona != "anonymous":
            user = UserFactory()
            self.client.force_login(user)
            _token, self.token = create_api_token(user=user, name="all", scopes=list(TokenScope))
            self._give_role(user, world)

    def _give_role(self, user, world: World) -> None:
        """An organizer tries all of it through an event of their own, too."""
        if self.persona == "organizer elsewhere":
            mine = MembershipFactory(user=user, role=Role.ORGANIZER).chapter
            self.rows = world.rows | {
                "events/slug": [EventFactory(chapter=mine).slug],
                "chapters/slug": [mine.slug],
                "courses/slug": [CourseFactory(chapter=mine).slug],
            }
        elif self.persona == "door helper":
            MembershipFactory(user=user, chapter=world.chapter, role=Role.STEWARD)

    def ask(self, method: str, url: str):
        """The answer, read to its end."""
        if url.startswith("/api/"):
            response = self._call(method, url)
        else:
            response = getattr(self.client, method)(url, BODY if method == "post" else None)
        if response.streaming:
            response.content = b"".join(response.streaming_content)
        return response

    def _call(self, method: str, url: str):
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        headers["idempotency-key"] = str(uuid4())
        if method == "get":
            return self.client.get(url, headers=headers)
        body = json.dumps(BODY | {"nonce": str(uuid4()), "code": "K7M3PQ4X-1"})
        return self.client.generic(
            method.upper(), url, body, content_type="application/json", headers=headers
        )


@pytest.fixture
def visitor(request, world) -> Visitor:
    visitor = Visitor(request.param, world)
    # when a token was used last is written once in a while; that is no change
    ApiToken.objects.update(last_used_at="2999-01-01T00:00Z")
    return visitor


everyone = pytest.mark.parametrize("visitor", PERSONAS, indirect=True)
signed_in = pytest.mark.parametrize("visitor", PERSONAS[1:], indirect=True)


@contextmanager
def nothing_written() -> Iterator[None]:
    written = []

    def watch(execute, sql, params, many, context):
        verb = sql.lstrip("( ").split(maxsplit=1)[0].upper()
        if verb in {"INSERT", "UPDATE", "DELETE"} and not any(t in sql for t in HARMLESS):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield
    assert written == []
    assert mail.outbox == []


def every(*kinds: Access):
    return [address for address in addresses() if address.access in kinds]


def methods_of(url: str) -> list[str]:
    return ["get", "post", "delete"] if url.startswith("/api/") else ["get", "post"]


def is_closed(visitor: Visitor, url: str) -> bool:
    """Not there, or a way to sign in; and 404 or sign-in by at least one method."""
    answers = {method: visitor.ask(method, url) for method in methods_of(url)}
    if visitor.persona != "anonymous":
        statuses = {answer.status_code for answer in answers.values()}
        return statuses <= NOT_THERE and 404 in statuses
    if url.startswith("/api/"):
        statuses = {answer.status_code for answer in answers.values()}
        return statuses <= {401, 405} and 401 in statuses
    used = [answer for answer in answers.values() if answer.status_code != 405]
    return bool(used) and all(
        answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
        for answer in used
    )


def urls_of(kinds, rows):
    return [url for address in every(*kinds) for url in address.urls(rows)]


def test_somebody_has_decided_about_every_address():
    names = {a.name for a in addresses() if a.name not in DECIDED and not _is_library(a)}
    gone = DECIDED.keys() - {address.name for address in addresses()}

    assert names == set(), "new addresses: say in tests/flows/addresses.py who may use them"
    assert gone == set(), "addresses that are no more"


def _is_library(address) -> bool:
    try:
        return address.access == Access.LIBRARY
    except KeyError:
        return False


@everyone
def test_what_a_chapter_keeps_to_itself_is_closed(visitor, world):
    kinds = [Access.RUN, Access.OWNER, Access.STAFF, Access.LEARNER]
    if visitor.persona != "door helper":
        kinds.append(Access.DOOR)

    with nothing_written():
        urls = urls_of(kinds, world.rows)
        open_urls = {url for url in urls if not is_closed(visitor, url)}

    assert open_urls <= {"/styleguide/"}  # has no way to sign in: it is nobody's business


@pytest.mark.parametrize("visitor", ["organizer elsewhere"], indirect=True)
def test_an_event_of_mine_is_no_way_to_what_is_another_s(visitor, world):
    """The address names my event or chapter, and a row of theirs."""
    deep = [
        url
        for address in every(Access.RUN, Access.OWNER, Access.DOOR)
        if len(address.parameters) > 1
        for url in address.urls(visitor.rows)
    ]

    with nothing_written():
        open_urls = [url for url in deep if not is_closed(visitor, url)]

    assert len(deep) > 20
    assert open_urls == []


@pytest.mark.parametrize("visitor", ["door helper"], indirect=True)
def test_a_door_helper_reads_the_door_and_nothing_of_a_draft(visitor, world):
    [door] = [address for address in addresses() if address.name == "ticketing:check-in"]

    with nothing_written():
        answers = [visitor.ask("get", url).status_code for url in door.urls(world.rows)]

    assert answers == [200, 200]


@everyone
def test_public_pages_tell_nothing_of_a_draft_or_a_guest(visitor, world):
    """What is published answers, what is a draft is not there, and no form writes unasked."""
    for url in urls_of([Access.PUBLIC], world.rows):
        with nothing_written():
            answers = [visitor.ask(method, url) for method in ("get", "post")]
        assert [a.status_code for a in answers if a.status_code >= 500] == [], url
        assert not any(HIDDEN in answer.content.decode() for answer in answers), url
        if any(hidden in url for hidden in [world.draft.slug, *world.hidden_slugs]):
            assert {answer.status_code for answer in answers} <= NOT_THERE, url


@everyone
def test_a_wrong_secret_leads_nowhere(visitor, world):
    with nothing_written():
        answers = {
            url: {visitor.ask(method, url).status_code for method in ("get", "post")}
            for url in urls_of([Access.SECRET], world.rows)
        }

    assert {url: found for url, found in answers.items() if not found <= NOT_THERE} == {}
    assert all(404 in found for found in answers.values())


@everyone
def test_what_phones_ask_for_hears_no_person(visitor, world):
    with nothing_written():
        answers = {
            visitor.ask(method, url).status_code
            for url in urls_of([Access.DEVICE], world.rows)
            for method in methods_of(url)
        }

    assert answers == {401}


def test_personal_pages_lead_the_anonymous_to_signing_in(world):
    visitor = Visitor("anonymous", world)
    urls = urls_of([Access.SIGNED_IN, Access.OWN], world.rows)

    with nothing_written():
        assert [url for url in urls if not is_closed(visitor, url)] == []


@signed_in
def test_personal_pages_show_nobody_else(visitor, world):
    for url in urls_of([Access.SIGNED_IN], world.rows):
        with nothing_written():
            answer = visitor.ask("get", url)
        assert answer.status_code in {200, 405}, url
        assert HIDDEN not in answer.content.decode(), url

    with nothing_written():
        own = urls_of([Access.OWN], world.rows)
        assert [url for url in own if not is_closed(visitor, url)] == []


@everyone
def test_what_libraries_bring_never_breaks(visitor):
    """The administration is for staff; the rest is about the visitor's own account."""
    for address in every(Access.LIBRARY):
        rows = {parameter: ["1"] for parameter in address.parameters}
        for url in address.urls(rows):
            if "logout" in url or "(?P" in url:
                continue
            with nothing_written():
                answer = visitor.ask("get", url)
            assert answer.status_code < 500, url
            if url.startswith("/admin/") and url != "/admin/login/":
                assert answer.status_code in {302, 404, 405}, url
