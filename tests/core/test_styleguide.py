import pytest
from django.urls import reverse

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

GUIDE = reverse("core:styleguide")


def test_style_guide_is_for_staff_alone(client, settings):
    settings.DEBUG = False
    seen = [client.get(GUIDE).status_code]
    for person in (UserFactory(), UserFactory(is_staff=True)):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        seen.append(client.get(GUIDE).status_code)

    assert seen == [404, 404, 200]


def test_pages_hold_no_inline_style_or_script(client, settings):
    settings.DEBUG = True
    page = client.get(GUIDE, {"email": "x"}).content.decode()

    assert " style=" not in page
    assert "<style" not in page
    assert all(" src=" in tag for tag in page.split("<script")[1:])
    assert "onclick" not in page
