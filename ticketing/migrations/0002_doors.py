import core.ids
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import ticketing.models.tickets
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0001_initial'),
        ('orders', '0001_initial'),
        ('ticketing', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField(model_name='checkin', old_name='gate', new_name='gate_name'),
        migrations.CreateModel(
            name='CheckInList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.ids.public_id, editable=False, max_length=16, unique=True)),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name')),
                ('valid_from_at', models.DateTimeField(blank=True, null=True, verbose_name='admits from')),
                ('valid_until_at', models.DateTimeField(blank=True, null=True, verbose_name='admits until')),
                ('allows_reentry', models.BooleanField(default=False, help_text='The same ticket may come in again. Otherwise it is told since when it is in.', verbose_name='Re-entry allowed')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_from_at', None), ('valid_until_at', None), ('valid_until_at__gt', models.F('valid_from_at')), _connector='OR'), name='list_window')],

                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.ids.public_id, editable=False, max_length=16, unique=True)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('paired_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_seen_at', models.DateTimeField(blank=True, null=True)),
                ('waiting', models.PositiveIntegerField(default=0)),
                ('clock_offset_ms', models.BigIntegerField(default=0)),
                ('page_version', models.CharField(blank=True, max_length=24)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('wiped_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='DoorSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('keeps_names', models.BooleanField(default=False, help_text="Puts every attendee's name on every paired phone, readable by whoever holds it. Otherwise a phone can read a name only when that ticket is shown.", verbose_name='Search by name without a network')),
                ('allows_walk_ins', models.BooleanField(default=False, help_text='Helpers may add people there; cash is noted on the order.', verbose_name='Sell and give tickets at the door')),
                ('tallied_until', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='DoorTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gate_name', models.CharField(blank=True, max_length=40)),
                ('minute', models.DateTimeField()),
                ('admitted', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Gate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.ids.public_id, editable=False, max_length=16, unique=True)),
                ('name', models.CharField(blank=True, max_length=40, verbose_name='name')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Pairing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.ids.public_id, editable=False, max_length=16, unique=True)),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('device_name', models.CharField(max_length=60, verbose_name='name of the phone')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Refusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nonce', models.CharField(max_length=36, unique=True)),
                ('reason', models.CharField(max_length=24)),
                ('walked_in', models.BooleanField(default=False)),
                ('gate_name', models.CharField(blank=True, max_length=40)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('device_at', models.DateTimeField(blank=True, null=True)),
                ('clock_offset_ms', models.BigIntegerField(default=0)),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='checkin',
            name='ticket_admits_once',
        ),
        migrations.AddField(
            model_name='checkin',
            name='clock_offset_ms',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='checkin',
            name='device_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='checkin',
            name='is_offline',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='checkin',
            name='kind',
            field=models.CharField(choices=[('counted', 'Admitted'), ('reentry', 'Came in again'), ('conflict', 'Admitted twice')], default='counted', max_length=8),
        ),
        migrations.AddField(
            model_name='checkin',
            name='received_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='checkin',
            name='remark',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='ticket',
            name='changed',
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='checkin',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='checkin',
            name='event',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='check_ins', to='events.event'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['event', 'changed', 'id'], name='ticketing_t_event_i_8d6e03_idx'),
        ),
        migrations.AddField(
            model_name='checkinlist',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='check_in_lists', to='events.event'),
        ),
        migrations.AddField(
            model_name='checkinlist',
            name='ticket_types',
            field=models.ManyToManyField(blank=True, help_text='None chosen: all of them.', related_name='check_in_lists', to='ticketing.tickettype', verbose_name='ticket types'),
        ),
        migrations.AddField(
            model_name='checkin',
            name='list',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='check_ins', to='ticketing.checkinlist'),
        ),
        migrations.AddField(
            model_name='device',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to='events.event'),
        ),
        migrations.AddField(
            model_name='device',
            name='paired_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='checkin',
            name='device',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='check_ins', to='ticketing.device'),
        ),
        migrations.AddField(
            model_name='doorsettings',
            name='event',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='door_settings', to='events.event'),
        ),
        migrations.AddField(
            model_name='doortally',
            name='event',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='door_tallies', to='events.event'),
        ),
        migrations.AddField(
            model_name='doortally',
            name='list',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ticketing.checkinlist'),
        ),
        migrations.AddField(
            model_name='gate',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gates', to='events.event'),
        ),
        migrations.AddField(
            model_name='gate',
            name='list',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='gates', to='ticketing.checkinlist', verbose_name='list'),
        ),
        migrations.AddField(
            model_name='doortally',
            name='gate',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='ticketing.gate'),
        ),
        migrations.AddField(
            model_name='device',
            name='gate',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='devices', to='ticketing.gate', verbose_name='gate'),
        ),
        migrations.AddField(
            model_name='checkin',
            name='gate',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='check_ins', to='ticketing.gate'),
        ),
        migrations.AddIndex(
            model_name='checkin',
            index=models.Index(fields=['event', 'received_at'], name='ticketing_c_event_i_3e3359_idx'),
        ),
        migrations.AddIndex(
            model_name='checkin',
            index=models.Index(condition=models.Q(('kind', 'conflict'), ('undone_at', None)), fields=['event', '-at'], name='check_in_conflict'),
        ),
        migrations.AddConstraint(
            model_name='checkin',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['counted', 'reentry', 'conflict'])), name='check_in_kind'),
        ),
        migrations.AddField(
            model_name='pairing',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='pairing',
            name='device',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='pairing', to='ticketing.device'),
        ),
        migrations.AddField(
            model_name='pairing',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pairings', to='events.event'),
        ),
        migrations.AddField(
            model_name='pairing',
            name='gate',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='ticketing.gate', verbose_name='gate'),
        ),
        migrations.AddField(
            model_name='refusal',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='refusal',
            name='device',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ticketing.device'),
        ),
        migrations.AddField(
            model_name='refusal',
            name='event',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='refusals', to='events.event'),
        ),
        migrations.AddField(
            model_name='refusal',
            name='gate',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='ticketing.gate'),
        ),
        migrations.AddField(
            model_name='refusal',
            name='ticket',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='refusals', to='ticketing.ticket'),
        ),
        migrations.AddConstraint(
            model_name='checkinlist',
            constraint=models.UniqueConstraint(fields=('event', 'name'), name='list_name_once_per_event'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='code_hash',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Substr(ticketing.models.tickets.HexSHA256('code'), 1, 24), output_field=models.CharField(max_length=24)),
        ),
        migrations.AddConstraint(
            model_name='gate',
            constraint=models.UniqueConstraint(fields=('event', 'name'), name='gate_name_once_per_event'),
        ),
        migrations.AddIndex(
            model_name='doortally',
            index=models.Index(fields=['event', 'minute'], name='ticketing_d_event_i_ed96d4_idx'),
        ),
        migrations.AddIndex(
            model_name='refusal',
            index=models.Index(fields=['event', '-at'], name='ticketing_r_event_i_69aca5_idx'),
        ),
        migrations.AddIndex(
            model_name='refusal',
            index=models.Index(fields=['event', 'reason'], name='ticketing_r_event_i_173f91_idx'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['code_hash'], name='ticketing_t_code_ha_7296d1_idx'),
        ),
    ]
