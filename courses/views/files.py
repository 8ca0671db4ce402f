"""Files of lessons: handed out to who may see the lesson, and taken in from who writes it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.media_types import CAPTIONS, PDF, TEXT
from core.ranges import file_response
from courses import storage
from courses.forms.files import UploadForm
from courses.models import Blob, Course, Lesson, Material, MaterialKind, Upload
from courses.queries.access import can_view
from courses.services import files

# What a browser shows by itself without running anything; the rest is saved to the disk
SHOWN = {
    PDF, TEXT, CAPTIONS, "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif",
    "video/mp4", "video/webm", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav",
}  # fmt: skip
# A sandbox would also switch off the browser's own PDF reader
UNBOXED = {PDF}
CACHE = "private, max-age=3600"


@require_safe
def material_file(request: HttpRequest, slug: str, public_id: str, name: str) -> HttpResponseBase:
    material = _material_for(request, slug, public_id, name)
    # captions are asked for by a script of the browser, which follows no link to another host
    is_followed = material.kind != MaterialKind.CAPTIONS
    return send_blob(request, material.blob, material.name, is_followed=is_followed)


def send_blob(
    request: HttpRequest, blob: Blob, name: str, *, is_followed: bool = True
) -> HttpResponseBase:
    """The bytes, from the bucket (a link to it, where `is_followed`), the proxy or this process.
    The caller has asked whether the reader may have them."""
    headers = headers_of(blob, name)
    address = storage.signed_url(blob, headers) if is_followed else ""
    if address:
        response: HttpResponseBase = redirect(address)
        response["Cache-Control"] = "private, no-store"
        return response
    etag = f'"{blob.sha256}"'
    if path := storage.accel_path(blob):
        response = HttpResponse()
        response["X-Accel-Redirect"] = path
        headers["ETag"] = etag
    else:
        response = file_response(
            request,
            open_file=storage.opener(blob),
            size=blob.size,
            etag=etag,
            media_type=headers["Content-Type"],
        )
    for header, value in headers.items():
        response[header] = value
    return response


def _material_for(request: HttpRequest, slug: str, public_id: str, name: str) -> Material:
    """The file, for who may see its lesson; one on the desk only for who writes the course."""
    materials = Material.objects.select_related("blob", "lesson__course__publication")
    material = get_object_or_404(
        materials, lesson__course__slug=slug, public_id=public_id, name=name
    )
    if material.version_id is None:
        writes = Course.objects.edited_by(request.user).filter(pk=material.lesson.course_id)
        allowed = writes.exists()
    else:
        allowed = can_view(request.user, material.lesson, timezone.now()).allowed
    if not allowed:
        raise Http404
    return material


def headers_of(blob: Blob, name: str) -> dict[str, str]:
    media_type = blob.media_type
    charset = "; charset=utf-8" if media_type in {TEXT, CAPTIONS} else ""
    shown = media_type in SHOWN
    return {
        "Content-Type": f"{media_type}{charset}",
        "Content-Disposition": content_disposition_header(not shown, name)
        or ("inline" if shown else "attachment"),
        "Cache-Control": CACHE,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "frame-ancestors 'none'"
        if media_type in UNBOXED
        else "sandbox; frame-ancestors 'none'",
    }


@login_required
@require_POST
def upload_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a file that comes in pieces; or take one that a plain form sends whole."""
    course = get_object_or_404(Course.objects.edited_by(request.user), slug=slug)
    lesson = get_object_or_404(
        Lesson.objects.live(), course=course, public_id=request.POST.get("lesson")
    )
    form = UploadForm(request.POST, request.FILES, lesson=lesson)
    whole = request.FILES.get("file")
    try:
        if not form.is_valid():
            return _refused(request, 400, "invalid", _first_problem(form))
        if whole:
            files.add_file(
                lesson=lesson, by=request.user, name=whole.name, file=whole, **form.about
            )
        else:
            upload = files.begin_upload(lesson=lesson, by=request.user, **form.piecewise)
    except DomainError as error:
        return _refused(request, error.status, error.code, str(error))
    if whole:
        messages.success(request, _("“%s” is there.") % whole.name)
        return redirect(_back(request))
    return JsonResponse(_state(upload), status=201)


def _first_problem(form: UploadForm) -> str:
    return str(next(iter(next(iter(form.errors.values())))))


def _refused(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    if "file" in request.FILES:
        messages.error(request, message)
        return redirect(_back(request))
    return JsonResponse({"code": code, "message": message}, status=status)


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else "/"


@login_required
@require_http_methods(["GET", "PUT", "POST", "DELETE"])
def upload_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """GET: how far it is. PUT: the next piece, from byte `Upload-Offset` on. POST: it is whole.
    DELETE: never mind."""
    uploads = Upload.objects.filter(lesson__course__in=Course.objects.edited_by(request.user))
    upload = get_object_or_404(uploads, lesson__course__slug=slug, public_id=public_id)
    try:
        if request.method == "PUT":
            upload = files.receive_piece(upload=upload, offset=_offset(request), body=request)
        elif request.method == "POST":
            return JsonResponse(
                _material_state(slug, files.finish_upload(upload=upload)), status=201
            )
        elif request.method == "DELETE":
            files.cancel_upload(upload=upload)
            return HttpResponse(status=204)
    except DomainError as error:
        state = {"code": error.code, "message": str(error)}
        return JsonResponse(state | _received(error), status=error.status)
    return JsonResponse(_state(upload))


def _received(error: DomainError) -> dict[str, int]:
    return {"received": error.params["received"]} if "received" in error.params else {}


def _offset(request: HttpRequest) -> int:
    text = request.headers.get("upload-offset", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else -1


def _state(upload: Upload) -> dict[str, str | int]:
    address = reverse("courses:upload-detail", args=[upload.lesson.course.slug, upload.public_id])
    return {"url": address, "name": upload.name, "size": upload.size, "received": upload.received}


def _material_state(slug: str, material: Material) -> dict[str, str | int]:
    address = reverse("courses:material-file", args=[slug, material.public_id, material.name])
    return {
        "public_id": material.public_id,
        "name": material.name,
        "kind": material.kind,
        "size": material.blob.size,
        "language": material.language,
        "url": address,
    }
