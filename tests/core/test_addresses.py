import pytest

from core.addresses import suggest_email


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ada@gmial.com", "ada@gmail.com"),
        ("ada@gmail.con", "ada@gmail.com"),
        ("ada@gmail.co", "ada@gmail.com"),
        ("Ada@Outlok.com", "ada@outlook.com"),
        ("ada@hotmial.con", "ada@hotmail.com"),
        ("ada@qq.con", "ada@qq.com"),
        ("ada@1163.com", "ada@163.com"),
    ],
)
def test_a_slip_is_guessed(typed, meant):
    assert suggest_email(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["ada@gmail.com", "ada@mail.com", "ada@example.com", "ada@ymail.com", "ada@126.com", "ada", ""],
)
def test_what_may_be_right_is_left_alone(typed):
    assert suggest_email(typed) == ""
