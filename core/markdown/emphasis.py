"""Emphasis in Chinese: `**重点：**后面` is bold, though no space stands behind its colon.

CommonMark takes punctuation at the inner edge of a marker for a reason not to open or close
there, unless a space or punctuation stands outside. Chinese has no spaces, so a Chinese
character outside counts like one.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, emphasis
from markdown_it.rules_inline.state_inline import Delimiter

# Han, kana, hangul and their punctuation
_east_asian = re.compile(
    r"[\u2e80-\u30ff\u3130-\u318f\u31a0-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]"
)


def add_chinese_emphasis(parser: MarkdownIt) -> None:
    parser.inline.ruler.at("emphasis", _emphasis)


def _emphasis(state: StateInline, silent: bool) -> bool:
    if silent or state.src[state.pos] != "*":
        return emphasis.tokenize(state, silent)
    scanned = state.scanDelims(state.pos, True)
    before = state.src[state.pos - 1] if state.pos else " "
    behind = state.pos + scanned.length
    after = state.src[behind] if behind < state.posMax else " "
    can_open = scanned.can_open or bool(_east_asian.match(before) and not after.isspace())
    can_close = scanned.can_close or bool(_east_asian.match(after) and not before.isspace())
    for _ in range(scanned.length):
        state.push("text", "", 0).content = "*"
        place = len(state.tokens) - 1
        state.delimiters.append(Delimiter(ord("*"), scanned.length, place, -1, can_open, can_close))
    state.pos = behind
    return True
