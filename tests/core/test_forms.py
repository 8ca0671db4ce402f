import re

from core.styleguide import SampleForm


def markup(form, name):
    """One field as a line, spaces between tags taken out."""
    return re.sub(r">\s+<", "><", form[name].as_field_group())


def test_a_field_ties_its_label_help_and_error_to_the_input():
    html = markup(SampleForm({"email": "x"}), "name")

    assert '<label for="id_name">' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert html.count('id="id_name_helptext"') == html.count('id="id_name_error"') == 1


def test_a_checkbox_stands_inside_its_label():
    html = markup(SampleForm(), "agrees")

    assert '<label class="choice" for="id_agrees"><input type="checkbox"' in html


def test_choices_are_a_fieldset_with_a_legend():
    html = markup(SampleForm(), "format")

    assert re.search(r"<fieldset[^>]*><legend>\w", html)
    assert len(re.findall(r'<label class="choice"[^>]*><input type="radio"', html)) == 2


def test_a_bound_form_begins_with_links_to_what_is_wrong():
    html = str(SampleForm({"email": "x"}))

    assert 'href="#id_email"' in html
    assert 'href="#id_about"' not in html
