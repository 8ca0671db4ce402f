from django.urls import URLPattern, path

from community.views import chapters, invitations, members, public as views

app_name = "community"

# What anybody reads
public: list[URLPattern] = [
    path("chapters/", views.chapter_list, name="chapter-list"),
    path("chapters/<slug:slug>/", views.chapter_detail, name="chapter-detail"),
]

# What an owner does
manage: list[URLPattern] = [
    path("chapters/<slug:slug>/edit/", chapters.chapter_edit, name="chapter-edit"),
    path("chapters/<slug:slug>/members/", members.member_list, name="member-list"),
    path("chapters/<slug:slug>/members/<int:pk>/", members.member_update, name="member-update"),
    path(
        "chapters/<slug:slug>/members/<int:pk>/remove/", members.member_remove, name="member-remove"
    ),
    path(
        "chapters/<slug:slug>/invitations/new/",
        invitations.invitation_create,
        name="invitation-create",
    ),
    path(
        "chapters/<slug:slug>/invitations/<int:pk>/resend/",
        invitations.invitation_resend,
        name="invitation-resend",
    ),
    path(
        "chapters/<slug:slug>/invitations/<int:pk>/revoke/",
        invitations.invitation_revoke,
        name="invitation-revoke",
    ),
    path("invitations/<str:token>/", invitations.invitation_accept, name="invitation-accept"),
]

urlpatterns = [*public, *manage]
