"""Names of languages, as sources write them, to ISO 639 codes."""

import re

_names = {
    "zh": "chinese mandarin 中文 汉语 漢語 华语 華語 国语 國語",
    "en": "english 英文 英语 英語",
    "nan": "taiwanese 台語 臺語",
    "yue": "cantonese 粤语 粵語",
    "ja": "japanese 日文 日语 日語 日本語",
    "ko": "korean 韩语 韓語 한국어",
    "de": "german deutsch",
    "fr": "french français",
    "es": "spanish español",
}
_codes = {name: code for code, names in _names.items() for name in names.split()}
_tag = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*", re.IGNORECASE)


def language_code(name: str) -> str:
    """`zh` for `Chinese`, `中文`, `zh-TW`; empty for what is none or unknown (`Other`)."""
    name = name.strip()[:40]
    match = _tag.fullmatch(name)
    return _codes.get(name.lower()) or (match[1].lower() if match else "")
