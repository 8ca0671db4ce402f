import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0009_release_after_class'),
    ]

    operations = [
        migrations.AddField(
            model_name='duereminder',
            name='claimed_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AlterField(
            model_name='duereminder',
            name='sent_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
