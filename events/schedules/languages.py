"""Names of languages, as sources write them, to ISO 639 codes."""

import re

_codes = {
    "chinese": "zh", "mandarin": "zh", "中文": "zh", "汉语": "zh", "漢語": "zh", "华语": "zh", "華語": "zh",
    "国语": "zh", "國語": "zh", "english": "en", "英文": "en", "英语": "en", "英語": "en",
    "taiwanese": "nan", "台語": "nan", "臺語": "nan", "cantonese": "yue", "粤语": "yue", "粵語": "yue",
    "japanese": "ja", "日文": "ja", "日语": "ja", "日語": "ja", "日本語": "ja", "korean": "ko", "韩语": "ko",
    "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es", "español": "es",
}  # fmt: skip
_tag = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*", re.IGNORECASE)


def language_code(name: str) -> str:
    """`zh` for `Chinese`, `中文`, `zh-TW`; empty for what is none or unknown (`Other`)."""
    name = name.strip()[:40]
    match = _tag.fullmatch(name)
    return _codes.get(name.lower()) or (match[1].lower() if match else "")
