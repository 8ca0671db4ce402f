from rest_framework import serializers


class ErrorSerializer(serializers.Serializer):
    """What every refused request is answered with."""

    code = serializers.CharField(help_text="For programs. It never changes its meaning.")
    detail = serializers.CharField(help_text="For people, in the language of Accept-Language.")
    fields = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="What is wrong with each field: `tickets.0.holder_name` is a path into the body.",
    )
    params = serializers.DictField(
        required=False, help_text="What there is to know beside the code."
    )
