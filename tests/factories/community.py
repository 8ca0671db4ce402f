import factory
from factory.django import DjangoModelFactory

from community.models import Chapter, City, Invitation, Membership, Role
from tests.factories.accounts import UserFactory


class CityFactory(DjangoModelFactory):
    class Meta:
        model = City

    slug = factory.Sequence(lambda n: f"city-{n}")
    name_zh_hans = factory.Sequence(lambda n: f"城{n}")
    name_en = factory.Sequence(lambda n: f"City {n}")
    country = "CN"
    time_zone = "Asia/Shanghai"


class ChapterFactory(DjangoModelFactory):
    class Meta:
        model = Chapter

    slug = factory.Sequence(lambda n: f"chapter-{n}")
    name_zh_hans = factory.Sequence(lambda n: f"分会{n}")
    name_en = factory.Sequence(lambda n: f"Chapter {n}")
    time_zone = "Asia/Shanghai"
    currency = "CNY"


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    chapter = factory.SubFactory(ChapterFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.ORGANIZER


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = Invitation

    chapter = factory.SubFactory(ChapterFactory)
    email = factory.Sequence(lambda n: f"guest{n}@example.com")
    language = "en"
    roles = factory.LazyFunction(lambda: [Role.ORGANIZER])
