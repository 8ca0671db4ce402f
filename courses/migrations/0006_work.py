import core.ids
import core.time
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def freeze(apps, schema_editor):
    """Attempts are judged by a version, so the database refuses to change one."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    body = (
        "FOR EACH ROW EXECUTE FUNCTION courses_refuse_change()"
        if postgresql
        else "BEGIN SELECT RAISE(ABORT, 'what was published stays'); END"
    )
    schema_editor.execute(
        "CREATE TRIGGER courses_quizversion_no_update "
        "BEFORE UPDATE OF quiz_id, number, content, digest, at "
        f"ON courses_quizversion {body}",
        params=None,
    )


def thaw(apps, schema_editor):
    on = " ON courses_quizversion" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER courses_quizversion_no_update{on}")


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0005_classes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.ids.public_id, editable=False, max_length=16, unique=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('title_zh_hans', models.CharField(max_length=160, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=160, null=True, verbose_name='title')),
                ('text', models.TextField(blank=True, help_text='Markdown', verbose_name='what to do')),
                ('text_zh_hans', models.TextField(blank=True, help_text='Markdown', null=True, verbose_name='what to do')),
                ('text_en', models.TextField(blank=True, help_text='Markdown', null=True, verbose_name='what to do')),
                ('takes_text', models.BooleanField(default=True, verbose_name='a text')),
                ('takes_file', models.BooleanField(default=False, verbose_name='files')),
                ('takes_link', models.BooleanField(default=False, verbose_name='a link')),
                ('is_required', models.BooleanField(default=True, verbose_name='needed for the certificate')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='courses.course')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lesson', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assignments', to='courses.lesson')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('takes_text', True), ('takes_file', True), ('takes_link', True), _connector='OR'), name='assignment_takes_something')],

                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AssignmentDue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('grace_minutes', models.PositiveIntegerField(default=0, verbose_name='minutes of grace')),
                ('takes_late', models.BooleanField(default=True, verbose_name='late work is taken')),
                ('time_zone', models.CharField(max_length=64, validators=[core.time.validate_zone], verbose_name='time zone')),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dues', to='courses.assignment')),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dues', to='courses.cohort')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cohort', 'assignment'), name='due_once_per_run'), models.CheckConstraint(condition=models.Q(('grace_minutes__lte', 44640)), name='grace_within_a_month')],

                'ordering': ['due_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DueReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='courses.assignmentdue')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='due_reminders', to=settings.AUTH_USER_MODEL)),
            ], options={
                'constraints': [models.UniqueConstraint(fields=('due', 'user', 'due_at'), name='due_reminder_once')],
},
        ),
        migrations.CreateModel(
            name='Quiz',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.ids.public_id, editable=False, max_length=16, unique=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('title_zh_hans', models.CharField(max_length=160, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=160, null=True, verbose_name='title')),
                ('text', models.TextField(blank=True, help_text='Markdown', verbose_name='introduction')),
                ('text_zh_hans', models.TextField(blank=True, help_text='Markdown', null=True, verbose_name='introduction')),
                ('text_en', models.TextField(blank=True, help_text='Markdown', null=True, verbose_name='introduction')),
                ('pass_percent', models.PositiveSmallIntegerField(default=60, verbose_name='percent of the points to pass')),
                ('attempts', models.PositiveSmallIntegerField(blank=True, help_text='Leave it empty for no limit.', null=True, verbose_name='attempts')),
                ('minutes', models.PositiveSmallIntegerField(blank=True, help_text='Leave it empty for no limit.', null=True, verbose_name='minutes for an attempt')),
                ('shuffles', models.BooleanField(default=True, verbose_name='in a different order for everybody')),
                ('is_required', models.BooleanField(default=True, verbose_name='needed for the certificate')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quizzes', to='courses.course')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lesson', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='quizzes', to='courses.lesson')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pass_percent__gte', 1), ('pass_percent__lte', 100)), name='quiz_pass_percent'), models.CheckConstraint(condition=models.Q(('attempts', None), ('attempts__gte', 1), _connector='OR'), name='quiz_attempts'), models.CheckConstraint(condition=models.Q(('minutes', None), ('minutes__gte', 1), _connector='OR'), name='quiz_minutes')],

                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='QuizAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('seed', models.CharField(default=core.ids.public_id, editable=False, max_length=16)),
                ('is_shuffled', models.BooleanField(default=False)),
                ('pass_percent', models.PositiveSmallIntegerField()),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('is_timed_out', models.BooleanField(default=False)),
                ('score', models.PositiveIntegerField(blank=True, null=True)),
                ('max_score', models.PositiveIntegerField()),
                ('is_passed', models.BooleanField(blank=True, null=True)),
                ('cohort', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='quiz_attempts', to='courses.cohort')),
                ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tries', to='courses.quiz')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quiz_attempts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['submitted_at', 'ends_at'], name='courses_qui_submitt_0a514c_idx')],
                'constraints': [models.UniqueConstraint(fields=('quiz', 'user', 'number'), name='quiz_attempt_number_once'), models.UniqueConstraint(condition=models.Q(('submitted_at', None)), fields=('quiz', 'user'), name='one_open_attempt_per_learner'), models.CheckConstraint(condition=models.Q(models.Q(('is_passed', None), ('score', None), ('submitted_at', None)), models.Q(('is_passed__isnull', False), ('score__isnull', False), ('submitted_at__isnull', False)), _connector='OR'), name='quiz_attempt_judged_once_over'), models.CheckConstraint(condition=models.Q(('score', None), ('score__lte', models.F('max_score')), _connector='OR'), name='quiz_attempt_score')],

                'ordering': ['number', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='QuizAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=16)),
                ('value', models.JSONField()),
                ('revision', models.PositiveIntegerField()),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('points', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='courses.quizattempt')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('attempt', 'question', 'revision'), name='quiz_answer_revision_once')],

                'ordering': ['revision'],
            },
        ),
        migrations.CreateModel(
            name='QuizQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.ids.public_id, editable=False, max_length=16, unique=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('kind', models.CharField(choices=[('single', 'One right choice'), ('multiple', 'Several right choices'), ('short_text', 'A short text')], max_length=10, verbose_name='kind')),
                ('text', models.TextField(help_text='Markdown', verbose_name='question')),
                ('text_zh_hans', models.TextField(help_text='Markdown', null=True, verbose_name='question')),
                ('text_en', models.TextField(help_text='Markdown', null=True, verbose_name='question')),
                ('explanation', models.TextField(blank=True, help_text='Markdown', verbose_name='explanation')),
                ('explanation_zh_hans', models.TextField(blank=True, help_text='Markdown', null=True, verbose_name='explanation')),
                ('explanation_en', models.TextField(blank=True, help_text='Markdown', null=True, verbose_name='explanation')),
                ('points', models.PositiveSmallIntegerField(default=1, verbose_name='points')),
                ('accepted', models.JSONField(blank=True, default=list)),
                ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='courses.quiz')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['single', 'multiple', 'short_text'])), name='quiz_question_kind'), models.CheckConstraint(condition=models.Q(('points__gte', 1)), name='quiz_question_points')],

                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='QuizChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.ids.public_id, editable=False, max_length=16, unique=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('text', models.CharField(max_length=400, verbose_name='choice')),
                ('text_zh_hans', models.CharField(max_length=400, null=True, verbose_name='choice')),
                ('text_en', models.CharField(max_length=400, null=True, verbose_name='choice')),
                ('is_right', models.BooleanField(default=False, verbose_name='is right')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='courses.quizquestion')),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='QuizVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('content', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='courses.quiz')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('quiz', 'number'), name='quiz_version_once')],

                'ordering': ['-number'],
            },
        ),
        migrations.AddField(
            model_name='quizattempt',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='courses.quizversion'),
        ),
        migrations.AddField(
            model_name='quiz',
            name='version',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.quizversion'),
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.ids.public_id, editable=False, max_length=16, unique=True)),
                ('number', models.PositiveSmallIntegerField()),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('link', models.URLField(blank=True, max_length=500, verbose_name='link')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Waiting for feedback'), ('replaced', 'Replaced by a later one'), ('revise', 'To revise'), ('accepted', 'Accepted')], default='draft', max_length=10)),
                ('is_late', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='courses.assignment')),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='courses.cohort')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='course_submissions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['status', 'submitted_at'], name='courses_sub_status_6f6df0_idx')],
                'constraints': [models.UniqueConstraint(fields=('assignment', 'user', 'number'), name='submission_number_once'), models.UniqueConstraint(condition=models.Q(('status', 'draft')), fields=('assignment', 'user'), name='one_draft_per_learner'), models.UniqueConstraint(condition=models.Q(('status', 'submitted')), fields=('assignment', 'user'), name='one_waiting_per_learner'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'submitted', 'replaced', 'revise', 'accepted'])), name='submission_status'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'draft'), ('submitted_at', None)), models.Q(models.Q(('status', 'draft'), _negated=True), ('submitted_at__isnull', False)), _connector='OR'), name='submission_submitted_at')],

                'ordering': ['number', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('accept', 'Accept'), ('revise', 'Ask to revise')], max_length=8)),
                ('text', models.TextField(blank=True, help_text='Markdown', verbose_name='feedback')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('told_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='feedback', to='courses.submission')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('verdict__in', ['accept', 'revise'])), name='feedback_verdict')],

                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SubmissionFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.ids.public_id, editable=False, max_length=16, unique=True)),
                ('name', models.CharField(max_length=160, verbose_name='file name')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('blob', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submission_files', to='courses.blob')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='courses.submission')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('submission', 'name'), name='submission_file_name_once')],

                'ordering': ['pk'],
            },
        ),
        
        
        
        
        
        
        migrations.RunPython(freeze, thaw, elidable=False),
    ]
