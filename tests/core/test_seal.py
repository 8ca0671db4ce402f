import re
from xml.etree import ElementTree

import pytest

from core.seal import seal_svg, seal_text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("深圳", "深圳"),
        ("ChainONE 上海分会", "上海"),
        ("零知识证明学习组", "零知识证"),
        ("社区", "社区"),
        ("ChainONE Berlin", "B"),
        ("open source club", "OS"),
        ("ChainONE", "C"),
        ("", "一"),
        ("🦀", "一"),
    ],
)
def test_seal_text_keeps_what_tells_a_name_apart(name, text):
    assert seal_text(name) == text


@pytest.mark.parametrize("name", ["链", "深圳", "零知识", "以太开发", "B", "Open Source", "<&>"])
def test_seal_is_wellformed_and_shows_each_sign(name):
    root = ElementTree.fromstring(seal_svg(name, title=name))

    signs = [text.text for text in root.iter("text")]
    assert "".join(signs) == seal_text(name)


def test_seal_is_the_same_stone_each_time():
    assert seal_svg("深圳") == seal_svg("深圳")
    assert seal_svg("深圳") != seal_svg("上海")


def test_seal_stays_within_the_page_policy_and_escapes_names():
    svg = seal_svg("深圳", title='"><script>')

    assert "style" not in svg
    assert "<script" not in svg


def test_seal_is_named_or_hidden():
    assert 'aria-label="Shenzhen"' in seal_svg("深圳", title="Shenzhen")
    assert 'aria-hidden="true"' in seal_svg("深圳")


def test_seal_stays_inside_its_square():
    path = re.search(r' d="([^"]+)"', seal_svg("深圳")).group(1)
    numbers = [float(number) for number in re.findall(r"\d+\.\d", path)]

    assert min(numbers) >= 0
    assert max(numbers) <= 100
