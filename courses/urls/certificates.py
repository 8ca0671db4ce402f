"""Having learned a course: the certificate, its public page, its Open Badge."""

from django.urls import URLPattern, path

from courses.views import badges as badge_views, certificates as certificate_views
from courses.views.desk import certificates as certificate_desk

certificates: list[URLPattern] = [
    path("certificates/", certificate_views.my_certificates, name="my-certificates"),
    path("verify/", certificate_views.certificate_find, name="certificate-find"),
    path("verify/<str:number>/", certificate_views.certificate_verify, name="certificate-verify"),
    path(
        "certificates/<str:number>/pdf/",
        certificate_views.certificate_file,
        name="certificate-file",
    ),
    path(
        "certificates/<str:number>/badge/",
        badge_views.certificate_badge,
        name="certificate-badge",
    ),
    path("chapters/<slug:slug>/did.json", badge_views.badge_issuer, name="badge-issuer"),
    path(
        "chapters/<slug:slug>/badges/<int:number>/", badge_views.badge_status, name="badge-status"
    ),
    path(
        "courses/<slug:slug>/certificate/",
        certificate_views.certificate_mine,
        name="certificate-mine",
    ),
    path(
        "courses/<slug:slug>/certificate/name/",
        certificate_views.certificate_name,
        name="certificate-name",
    ),
    path(
        "courses/<slug:slug>/desk/certificates/",
        certificate_desk.certificate_list,
        name="certificate-list",
    ),
    path(
        "courses/<slug:slug>/desk/certificates/rule/",
        certificate_desk.certificate_rule,
        name="certificate-rule",
    ),
    path(
        "courses/<slug:slug>/desk/certificates/<str:number>/",
        certificate_desk.certificate_manage,
        name="certificate-manage",
    ),
    path(
        "courses/<slug:slug>/desk/certificates/<str:number>/revoke/",
        certificate_desk.certificate_revoke,
        name="certificate-revoke",
    ),
    path(
        "courses/<slug:slug>/desk/certificates/<str:number>/reinstate/",
        certificate_desk.certificate_reinstate,
        name="certificate-reinstate",
    ),
    path(
        "courses/<slug:slug>/desk/certificates/<str:number>/reissue/",
        certificate_desk.certificate_reissue,
        name="certificate-reissue",
    ),
]
