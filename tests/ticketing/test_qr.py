import io

import pytest
import zxingcpp
from hypothesis import example, given, strategies as st
from PIL import Image

from tests.factories.events import EventFactory
from tests.factories.ticketing import TicketFactory
from ticketing import qr
from ticketing.errors import UnknownTicket
from ticketing.models import SigningKey
from ticketing.services import keys

LARGEST_OF_6_M = 154
SIZE = qr.HEADER.size + qr.SIGNATURE_SIZE


@pytest.fixture
def ticket(db):
    return TicketFactory()


@pytest.mark.parametrize(
    ("data", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581")]
)
def test_base45_writes_the_examples_of_its_standard(data, text):
    assert qr.base45(data) == text


@given(st.binary(max_size=120))
@example(b"")
@example(b"\xff\xff\xff")
def test_base45_reads_back_what_it_wrote(data):
    assert qr.unbase45(qr.base45(data)) == data


@pytest.mark.parametrize("text", ["A", "GGW", ":::", "::", "a00", "0,0", "BB8B"])
def test_base45_refuses_what_it_never_writes(text):
    with pytest.raises((ValueError, KeyError, OverflowError)):
        qr.unbase45(text)


def test_token_names_event_ticket_and_type(ticket):
    token = qr.read_token(qr.token_for(ticket))

    assert token == qr.Token(ticket.event_id, ticket.code, ticket.ticket_type_id)


def test_token_fits_a_small_code_and_keeps_its_end(ticket):
    text = qr.token_for(ticket)

    assert len(text) == 137 <= LARGEST_OF_6_M
    assert set(text) <= set(qr.ALPHABET)
    assert text == text.strip()


def test_every_flipped_bit_is_refused(ticket):
    data = qr.unbase45(qr.token_for(ticket).removeprefix(qr.PREFIX))
    assert len(data) == SIZE

    for bit in range(SIZE * 8):
        forged = bytearray(data)
        forged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(UnknownTicket):
            qr.read_token(qr.PREFIX + qr.base45(bytes(forged)))


def test_every_truncated_text_is_refused(ticket):
    text = qr.token_for(ticket)

    for length in range(len(text)):
        with pytest.raises(UnknownTicket):
            qr.read_token(text[:length])


@pytest.mark.django_db
@given(st.text(max_size=200) | st.text(qr.ALPHABET, min_size=100, max_size=160).map("C1:".__add__))
def test_any_other_text_is_refused(text):
    with pytest.raises(UnknownTicket):
        qr.read_token(text)


def test_token_signed_with_a_key_of_our_own_making_is_refused(ticket):
    event = EventFactory()
    theirs = keys.load_signer(event_id=event.pk)
    SigningKey.objects.filter(event=event).delete()
    header = qr.HEADER.pack(1, bytes.fromhex(theirs.key_id), bytes.fromhex(ticket.code), 1)

    with pytest.raises(UnknownTicket):
        qr.read_token(qr.PREFIX + qr.base45(header + theirs.private_key.sign(header)))


def test_token_of_a_later_version_is_refused(ticket):
    signer = keys.load_signer(event_id=ticket.event_id)
    header = qr.HEADER.pack(2, bytes.fromhex(signer.key_id), bytes.fromhex(ticket.code), 1)

    with pytest.raises(UnknownTicket):
        qr.read_token(qr.PREFIX + qr.base45(header + signer.private_key.sign(header)))


def test_many_tickets_are_signed_with_one_query(ticket, django_assert_num_queries):
    tickets = [ticket, *TicketFactory.create_batch(3, ticket_type=ticket.ticket_type)]
    qr.token_for(ticket)

    with django_assert_num_queries(1):
        texts = qr.tokens_for(tickets)

    assert [qr.read_token(text).code for text in texts] == [each.code for each in tickets]


def test_verifying_again_needs_no_query(ticket, django_assert_num_queries):
    text = qr.token_for(ticket)
    qr.read_token(text)

    with django_assert_num_queries(0):
        qr.read_token(text)


def test_png_is_read_back_by_a_scanner(ticket):
    text = qr.token_for(ticket)
    picture = Image.open(io.BytesIO(qr.png(text)))

    codes = zxingcpp.read_barcodes(picture)

    assert [code.text for code in codes] == [text]
    modules = 41 + 2 * qr.QUIET_ZONE  # version 6
    assert picture.size == (modules * 10, modules * 10)


def test_svg_needs_no_style_and_has_its_own_ground(ticket):
    drawing = qr.svg(qr.token_for(ticket))

    assert "style" not in drawing
    assert 'viewBox="0 0 49 49"' in drawing
    assert drawing.index('fill="#fff"') < drawing.index('fill="#000"')
