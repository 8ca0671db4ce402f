from hypothesis import given, strategies as st

from courses.exchange import yaml_text

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    ["", " ", "null", "yes", "1_000", "2030-01-01", "a: b", "- a", "# a", "a\n", "\na", " a\nb", "a\r\nb",
     "\x85", "a\u2028b\n", "\ufeff", "'\"", "a\n\n\nb", "|", "a\tb\n\tc", "\x00"]
)  # fmt: skip


@given(st.dictionaries(st.sampled_from("abcdef"), texts | st.lists(texts, max_size=3)))
def test_texts_come_back_as_they_were(value):
    written = yaml_text.dump(value)

    read = yaml_text.load(written, place="x")

    assert read == {key: part if part != [] else [] for key, part in value.items()}
    assert yaml_text.dump(read) == written
