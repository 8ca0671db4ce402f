"""Code blocks, colored by Pygments with classes; `components/code.css` gives them the house's inks."""

from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

CLASS_PREFIX = "hl-"
MAX_CHARACTERS = 30_000
# A lexer is a heap of regular expressions: only those that courses need, not all five hundred
LANGUAGES = {
    "bash", "c", "console", "cpp", "csharp", "css", "dart", "diff", "docker", "go", "graphql",
    "haskell", "html", "http", "ini", "java", "javascript", "json", "julia", "kotlin", "latex",
    "lua", "make", "markdown", "nginx", "php", "powershell", "protobuf", "python", "r", "ruby",
    "rust", "scala", "solidity", "sql", "swift", "toml", "typescript", "vyper", "xml", "yaml",
}  # fmt: skip
ALIASES = {
    "c++": "cpp",
    "c#": "csharp",
    "dockerfile": "docker",
    "js": "javascript",
    "jsx": "javascript",
    "makefile": "make",
    "md": "markdown",
    "proto": "protobuf",
    "ps1": "powershell",
    "py": "python",
    "python3": "python",
    "rb": "ruby",
    "rs": "rust",
    "sh": "bash",
    "shell": "bash",
    "shell-session": "console",
    "sol": "solidity",
    "tex": "latex",
    "ts": "typescript",
    "tsx": "typescript",
    "yml": "yaml",
    "zsh": "bash",
}
_formatter = HtmlFormatter(nowrap=True, classprefix=CLASS_PREFIX)


def language_of(info: str) -> str:
    """The language that the line behind the fence names, or nothing when we do not color it."""
    word = info.strip().split(maxsplit=1)[0] if info.strip() else ""
    name = word.strip("{}.").split(",")[0].lower()
    name = ALIASES.get(name, name)
    return name if name in LANGUAGES else ""


def render_code(text: str, info: str) -> str:
    """`<pre>` that a keyboard can scroll. Long code stays plain: coloring it would take seconds."""
    language = language_of(info) if len(text) <= MAX_CHARACTERS else ""
    if language:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
        body = highlight(text, lexer, _formatter)
    else:
        body = escape(text)
    return f'<pre tabindex="0" data-language="{language}"><code>{body}</code></pre>\n'
