"""Texts as QR codes: modules, SVG, PNG. What a text means is its app's business."""

import io

import qrcode
from django.utils.safestring import SafeString, mark_safe
from qrcode.constants import ERROR_CORRECT_M

QUIET_ZONE = 4  # modules of white on each side; the standard asks for them


def _drawn(text: str) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(text)
    code.make()
    return code


def matrix(text: str) -> list[list[bool]]:
    """Its rows of modules, dark or not, with the quiet zone."""
    return _drawn(text).get_matrix()


def svg(text: str) -> SafeString:
    """Black on its own white ground, so that it scans in dark mode too. Put it in an element
    that names it for screen readers."""
    modules = matrix(text)
    size = len(modules)
    dark = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(modules)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return mark_safe(  # noqa: S308  numbers only
        f'<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"'
        f' shape-rendering="crispEdges" aria-hidden="true" focusable="false">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{dark}"/></svg>'
    )


def png(text: str) -> bytes:
    """Ten pixels a module, with the quiet zone."""
    file = io.BytesIO()
    _drawn(text).make_image().save(file, "PNG")
    return file.getvalue()
