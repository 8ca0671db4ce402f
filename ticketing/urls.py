from django.urls import path

from ticketing.views import (
    attendees,
    desk,
    devices,
    door,
    doors,
    events,
    my_passes,
    passes,
    refunds,
    scanner,
    tickets,
    types,
)

app_name = "ticketing"

# What an organizer does to an event as a whole
whole = [
    path("events/<slug:slug>/duplicate/", events.event_duplicate, name="event-duplicate"),
    path("events/<slug:slug>/unpublish/", events.event_unpublish, name="event-unpublish"),
    path("events/<slug:slug>/cancel/", events.event_cancel, name="event-cancel"),
    path("events/<slug:slug>/edit/refunds/", refunds.refund_rules, name="refund-rules"),
]

# What an organizer sells and looks after: ticket types, the desk, attendees
EVENT = "events/<slug:slug>/"
TYPES = f"{EVENT}edit/tickets/"
QUOTAS = f"{EVENT}edit/quotas/"
TICKET = f"{EVENT}attendees/<str:public_id>/"
manage = [
    path(f"{EVENT}desk/", desk.event_desk, name="event-desk"),
    path(TYPES, types.type_list, name="type-list"),
    path(f"{TYPES}start/", types.type_start, name="type-start"),
    path(f"{TYPES}new/", types.type_create, name="type-create"),
    path(f"{TYPES}<str:public_id>/", types.type_edit, name="type-edit"),
    path(f"{TYPES}<str:public_id>/retire/", types.type_retire, name="type-retire"),
    path(f"{TYPES}<str:public_id>/restore/", types.type_restore, name="type-restore"),
    path(f"{TYPES}<str:public_id>/move/", types.type_move, name="type-move"),
    path(f"{QUOTAS}new/", types.quota_create, name="quota-create"),
    path(f"{QUOTAS}<int:pk>/", types.quota_edit, name="quota-edit"),
    path(f"{QUOTAS}<int:pk>/delete/", types.quota_delete, name="quota-delete"),
    path(f"{EVENT}attendees/", attendees.attendee_list, name="attendee-list"),
    path(f"{EVENT}attendees.csv", attendees.attendee_csv, name="attendee-csv"),
    path(f"{EVENT}attendees.xlsx", attendees.attendee_xlsx, name="attendee-xlsx"),
    path(TICKET, tickets.ticket_detail, name="ticket-detail"),
    path(f"{TICKET}reissue/", tickets.ticket_reissue, name="ticket-reissue"),
    path(f"{TICKET}cancel/", tickets.ticket_cancel, name="ticket-cancel"),
    path(f"{TICKET}rename/", tickets.ticket_rename, name="ticket-rename"),
]

# Free passes: an organizer's, and a person's own
PASSES = f"{EVENT}edit/passes/"
passing = [
    path(PASSES, passes.pass_list, name="pass-list"),
    path(f"{PASSES}new/", passes.pass_give, name="pass-give"),
    path(f"{PASSES}limit/", passes.pass_limit, name="pass-limit"),
    path(f"{PASSES}<str:public_id>/revoke/", passes.pass_revoke, name="pass-revoke"),
    path("my/passes/", my_passes.my_passes, name="my-passes"),
    path("my/passes/<str:public_id>/link/", my_passes.pass_link, name="pass-link"),
    path("my/passes/take/<str:token>/", my_passes.pass_take, name="pass-take"),
]

# What a door helper's page asks for
AT_DOOR = "events/<slug:slug>/check-in/"
at_door = [
    path(AT_DOOR, door.check_in, name="check-in"),
    path(f"{AT_DOOR}search/", door.door_search, name="door-search"),
    path(f"{AT_DOOR}counts/", door.door_counts, name="door-counts"),
    path(f"{AT_DOOR}<path:nonce>/undo/", door.check_in_undo, name="check-in-undo"),
]

# The page of a paired device: it says nothing of anybody
scanning = [
    path("door/", scanner.scanner, name="scanner"),
    path("door/worker.js", scanner.scanner_worker, name="scanner-worker"),
    path("door/<str:language>/", scanner.scanner_page, name="scanner-page"),
    path(
        "door/<str:language>/manifest.webmanifest",
        scanner.scanner_manifest,
        name="scanner-manifest",
    ),
]

# How an organizer keeps the door
DOORS = f"{EVENT}doors/"
LIST = f"{DOORS}lists/<str:public_id>/"
GATE = f"{DOORS}gates/<str:public_id>/"
PHONE = f"{DOORS}phones/<str:public_id>/"
keep_doors = [
    path(DOORS, doors.door_board, name="door-board"),
    path(f"{DOORS}setup/", doors.door_setup, name="door-setup"),
    path(f"{DOORS}lists/new/", doors.door_list_create, name="door-list-create"),
    path(f"{DOORS}lists/daily/", doors.door_list_daily, name="door-list-daily"),
    path(LIST, doors.door_list_edit, name="door-list-edit"),
    path(f"{LIST}delete/", doors.door_list_delete, name="door-list-delete"),
    path(f"{DOORS}gates/new/", doors.door_gate_create, name="door-gate-create"),
    path(GATE, doors.door_gate_edit, name="door-gate-edit"),
    path(f"{GATE}delete/", doors.door_gate_delete, name="door-gate-delete"),
    path(f"{DOORS}keys/new/", doors.door_key_rotate, name="door-key-rotate"),
    path(f"{DOORS}phones/", devices.device_list, name="device-list"),
    path(PHONE, devices.device_edit, name="device-edit"),
    path(f"{PHONE}revoke/", devices.device_revoke, name="device-revoke"),
    path(f"{DOORS}pairings/<str:public_id>/", devices.pairing_detail, name="pairing-detail"),
]

urlpatterns = [*whole, *keep_doors, *manage, *passing, *at_door, *scanning]
