"""Markdown that strangers may write: short texts, and whole documents with code, math and pictures."""

from core.markdown.arranging import Heading, Resolve
from core.markdown.document import MAX_BYTES, Document, TextTooLong, check_length, render_document
from core.markdown.media import VIDEO_FRAMES
from core.markdown.short import render_markdown

__all__ = [
    "MAX_BYTES",
    "VIDEO_FRAMES",
    "Document",
    "Heading",
    "Resolve",
    "TextTooLong",
    "check_length",
    "render_document",
    "render_markdown",
]
