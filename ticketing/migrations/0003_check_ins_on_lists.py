"""Give what was scanned so far its list, and the gates that helpers had named their rows."""

from django.db import migrations
from django.db.models import F


def place(apps, schema_editor):
    CheckIn = apps.get_model("ticketing", "CheckIn")
    CheckInList = apps.get_model("ticketing", "CheckInList")
    Gate = apps.get_model("ticketing", "Gate")
    CheckIn.objects.update(received_at=F("at"))
    scanned = CheckIn.objects.order_by()
    for event_id in scanned.values_list("event", flat=True).distinct():
        here = scanned.filter(event=event_id)
        here.update(list=CheckInList.objects.create(event_id=event_id))
        for name in here.exclude(gate_name="").values_list("gate_name", flat=True).distinct():
            gate = Gate.objects.create(event_id=event_id, name=name)
            here.filter(gate_name=name).update(gate=gate)


class Migration(migrations.Migration):
    dependencies = [("ticketing", "0002_doors")]
    operations = [migrations.RunPython(place, migrations.RunPython.noop, elidable=False)]
