from django.forms.renderers import TemplatesSetting


class HouseRenderer(TemplatesSetting):
    """Every form and field looks like the house: templates/forms/."""

    field_template_name = "forms/field.html"
    form_template_name = "forms/form.html"
