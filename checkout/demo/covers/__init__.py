"""Cover pictures in ink, paper and cinnabar. The same motif and name give the same picture."""

import io
from random import Random

from checkout.demo.covers import growth, land, marks, webs
from checkout.demo.covers.sheet import Sheet

MOTIFS = {
    "mountains": land.mountains,
    "waves": land.waves,
    "terraces": land.terraces,
    "moon": land.moon,
    "bamboo": growth.bamboo,
    "plum": growth.plum,
    "rings": growth.rings,
    "enso": marks.enso,
    "chain": marks.chain,
    "tally": marks.tally,
    "carved": marks.carved,
    "lattice": webs.lattice,
    "gossip": webs.gossip,
}


def draw_cover(motif: str, name: str, *, night: bool = False) -> bytes:
    """A JPEG of 1600 × 900."""
    sheet = Sheet(Random(f"{motif} {name}"), night=night)  # noqa: S311  a drawing, no secret
    MOTIFS[motif](sheet)
    out = io.BytesIO()
    sheet.finished().save(out, "JPEG", quality=82, progressive=True)
    return out.getvalue()
