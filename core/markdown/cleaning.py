"""The last word on what a document may hold: whatever the parser let through, only this remains."""

import nh3
from django.utils.translation import gettext as _

ID_PREFIX = "t-"
_math = {
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub",
    "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mstyle",
    "mpadded", "mphantom", "menclose", "mmultiscripts", "mprescripts",
}  # fmt: skip
_math_attributes = {
    "accent", "columnalign", "columnlines", "columnspacing", "depth", "display", "displaystyle",
    "fence", "form", "height", "linethickness", "lspace", "mathvariant", "maxsize", "minsize",
    "movablelimits", "notation", "rowlines", "rowspacing", "rspace", "scriptlevel", "separator",
    "stretchy", "symmetric", "voffset", "width",
}  # fmt: skip
_tags = _math | {
    "a", "blockquote", "br", "code", "del", "details", "div", "em", "figcaption", "figure", "h2",
    "h3", "h4", "h5", "h6", "hr", "img", "input", "kbd", "li", "mark", "ol", "p", "pre", "s",
    "section", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead",
    "tr", "ul",
}  # fmt: skip
_attributes = {
    **dict.fromkeys(_math, _math_attributes),
    "a": {"href", "title", "id", "class", "data-player", "aria-label"},
    "code": {"class"},
    "details": {"class", "data-kind"},
    "div": {"class", "data-kind", "tabindex", "role", "aria-label", "id"},
    "figure": {"class"},
    **{key: {"id"} for key in ["h2", "h3", "h4", "h5", "h6"]},
    "img": {"src", "alt", "title", "loading"},
    "li": {"class", "id"},
    "ol": {"start", "class"},
    "p": {"class"},
    "pre": {"tabindex", "data-language"},
    "section": {"class", "aria-label"},
    "span": {"class", "title"},
    "sup": {"class"},
    **{key: {"data-align"} for key in ["td", "th"]},
    "ul": {"class"},
}


def clean_document(html: str) -> str:
    return nh3.clean(
        html,
        tags=_tags,
        attributes=_attributes,
        tag_attribute_values={
            "input": {"type": {"checkbox"}, "checked": {""}, "disabled": {""}},
        },
        set_tag_attribute_values={"input": {"aria-label": _("Task")}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        id_prefix=ID_PREFIX,
    )
