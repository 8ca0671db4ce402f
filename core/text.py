"""Text as people search it."""

import unicodedata


def fold(text: str) -> str:
    """Full and half width, upper and lower case alike: `ＺＫ Ｐroof` → `zk proof`."""
    return unicodedata.normalize("NFKC", text).casefold()


def search_terms(text: str, *, most: int = 8) -> list[str]:
    """The words of a query, folded; a few, since each costs a scan."""
    return fold(text.replace("\x00", "")).split()[:most]
