from django.urls import path, re_path

from api.views import base, checkout, courses, docs, door, events, ticketing

app_name = "api"
# What paired phones ask for
at_door = [
    path("door/pair/", door.DevicePair.as_view(), name="door-pair"),
    path("door/status/", door.DeviceStatus.as_view(), name="door-status"),
    path("door/sync/", door.DeviceSync.as_view(), name="door-sync"),
    path("door/scan/", door.DeviceScan.as_view(), name="door-scan"),
    path("door/scans/", door.DeviceUpload.as_view(), name="door-upload"),
    path("door/undo/", door.DeviceUndo.as_view(), name="door-undo"),
    path("door/search/", door.DeviceSearch.as_view(), name="door-search"),
    path("door/walk-ins/", door.DeviceWalkIn.as_view(), name="door-walk-in"),
    path("door/wiped/", door.DeviceWiped.as_view(), name="door-wiped"),
]

urlpatterns = [
    path("", docs.docs, name="docs"),
    path("schema/", docs.SchemaDetail.as_view(), name="schema"),
    path("events/", events.EventList.as_view(), name="event-list"),
    path("events/<slug:slug>/", events.EventDetail.as_view(), name="event-detail"),
    path("events/<slug:slug>/talks/", events.TalkList.as_view(), name="talk-list"),
    path(
        "events/<slug:slug>/ticket-types/",
        ticketing.TicketTypeList.as_view(),
        name="ticket-type-list",
    ),
    path("events/<slug:slug>/orders/", checkout.OrderCreate.as_view(), name="order-create"),
    path("orders/<uuid:order_id>/", checkout.OrderDetail.as_view(), name="order-detail"),
    path("events/<slug:slug>/check-ins/", ticketing.CheckInCreate.as_view(), name="check-in"),
    path(
        "events/<slug:slug>/check-ins/<uuid:nonce>/",
        ticketing.CheckInUndo.as_view(),
        name="check-in-undo",
    ),
    path("events/<slug:slug>/attendees/", ticketing.AttendeeList.as_view(), name="attendee-list"),
    *at_door,
    path("courses/", courses.CourseList.as_view(), name="course-list"),
    path("courses/<slug:slug>/", courses.CourseDetail.as_view(), name="course-detail"),
    path(
        "courses/<slug:slug>/lessons/<slug:lesson_slug>/",
        courses.LessonDetail.as_view(),
        name="lesson-detail",
    ),
    path("enrollments/", courses.EnrollmentList.as_view(), name="enrollment-list"),
    re_path("", base.Nowhere.as_view(), name="nowhere"),
]
