import pytest

from tests.factories.events import EventFactory
from ticketing.models import SigningKey
from ticketing.services import keys

pytestmark = pytest.mark.django_db


def test_key_is_made_once_an_event():
    one, other = EventFactory(), EventFactory()

    names = [keys.load_signer(event_id=event.pk).key_id for event in (one, other, one)]

    assert names[0] == names[2] != names[1]
    assert SigningKey.objects.count() == 2


def test_private_half_is_not_in_the_store():
    signer = keys.load_signer(event_id=EventFactory().pk)

    stored = bytes(SigningKey.objects.get().private_key)

    assert signer.private_key.private_bytes_raw() not in stored


def test_retired_key_verifies_but_no_longer_signs():
    event = EventFactory()
    retired = keys.load_signer(event_id=event.pk)
    SigningKey.objects.update(retired_at=event.start_at)

    assert keys.load_signer(event_id=event.pk).key_id != retired.key_id
    assert keys.load_verifier(retired.key_id).event_id == event.pk
