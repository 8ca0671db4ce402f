import io

import pytest
from PIL import Image

from checkout.demo.covers import MOTIFS, draw_cover


@pytest.mark.parametrize("motif", sorted(MOTIFS))
def test_a_cover_is_a_picture_of_the_right_size(motif):
    with Image.open(io.BytesIO(draw_cover(motif, "a"))) as picture:
        assert picture.size == (1600, 900)
        assert picture.convert("L").getextrema() != (0, 0)


def test_the_same_name_gives_the_same_cover():
    assert draw_cover("enso", "a") == draw_cover("enso", "a")
    assert draw_cover("enso", "a") != draw_cover("enso", "b")
