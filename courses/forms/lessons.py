from django import forms


class ProgressForm(forms.Form):
    """`position` per mille of the page; either may be left out."""

    position = forms.IntegerField(required=False, min_value=0, max_value=1000)
    video_seconds = forms.IntegerField(required=False, min_value=0, max_value=1_000_000)
