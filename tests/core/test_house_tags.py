from core.templatetags.house import first_words


def test_first_words_are_a_paragraph_without_its_marks():
    text = "We meet **twice** a month & talk.\n\nThen we eat."

    assert first_words(text) == "We meet twice a month & talk."
    assert first_words("") == ""
    assert first_words(None) == ""
