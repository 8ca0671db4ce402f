from api.serializers.fields import RowSerializer, Texts
from community.models import Chapter, City


class CitySerializer(RowSerializer):
    name = Texts()

    class Meta:
        model = City
        fields = ["slug", "name", "country"]


class ChapterSerializer(RowSerializer):
    name = Texts()

    class Meta:
        model = Chapter
        fields = ["slug", "name"]
