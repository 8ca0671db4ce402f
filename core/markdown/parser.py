"""The parser of documents, made once, and how it writes what the plain one would not."""

from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from typing import Any

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from core.markdown.cleaning import ID_PREFIX
from core.markdown.code import render_code
from core.markdown.emphasis import add_chinese_emphasis
from core.markdown.formulas import render_formula
from core.markdown.media import render_picture
from core.markdown.rules import add_rules

MAX_NESTING = 24


@cache
def document_parser() -> MarkdownIt:
    options = {"html": False, "maxNesting": MAX_NESTING, "tasklists": True, "alerts": True}
    parser = MarkdownIt("commonmark", options)
    parser.enable(["table", "strikethrough"])
    footnote_plugin(parser, inline=False)
    dollarmath_plugin(
        parser, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True
    )
    add_chinese_emphasis(parser)
    add_rules(parser)
    for name, rule in _rules.items():
        parser.add_render_rule(name, rule)
    return parser


def _code(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    return render_code(tokens[index].content, tokens[index].info)


def _formula(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    return render_formula(tokens[index].content.strip(), block=False)


def _formula_block(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    formula = render_formula(tokens[index].content.strip(), block=True)
    label = escape(_("Formula"))
    return (
        f'<div class="math-block" tabindex="0" role="group" aria-label="{label}">{formula}</div>\n'
    )


def _image(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    token = tokens[index]
    src, title = str(token.attrGet("src") or ""), str(token.attrGet("title") or "")
    return render_picture(src, token.content, title)


def _ready(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    return tokens[index].content


def _table_open(*_args: Any) -> str:
    label = escape(_("Table"))
    return f'<div class="table-scroll" tabindex="0" role="group" aria-label="{label}"><table>\n'


def _table_close(*_args: Any) -> str:
    return "</table></div>\n"


def _notes_open(*_args: Any) -> str:
    label = escape(_("Footnotes"))
    return f'<section class="footnotes" aria-label="{label}">\n<ol>\n'


def _note_mark(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    number, mark = _note_of(tokens[index])
    return f'<sup class="footnote-mark"><a href="#{ID_PREFIX}fn{number}" id="fnref{mark}">{number}</a></sup>'


def _note_back(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    _number, mark = _note_of(tokens[index])
    label = escape(_("Back to the text"))
    return f' <a href="#{ID_PREFIX}fnref{mark}" class="footnote-back" aria-label="{label}">↩</a>'


def _note_of(token: Token) -> tuple[int, str]:
    """A note's number, and the name of one of the marks in the text that lead to it."""
    number = token.meta["id"] + 1
    again = token.meta.get("subId", 0)
    return number, f"{number}-{again}" if again > 0 else str(number)


_rules: dict[str, Callable[..., str]] = {
    "fence": _code,
    "code_block": _code,
    "image": _image,
    "math_inline": _formula,
    "math_inline_double": _formula_block,
    "math_block": _formula_block,
    "video": _ready,
    "table_open": _table_open,
    "table_close": _table_close,
    "footnote_block_open": _notes_open,
    "footnote_ref": _note_mark,
    "footnote_anchor": _note_back,
}
