"""Signatures become parts of a joint review with terms of their own; tasks may be assigned."""

import django.db.models.deletion
from django.db import migrations, models


# A word that was given before was asked, at the latest, when it was given.
ASKED = """UPDATE casework_jointtask SET asked_at = at, rules = '["joint"]' WHERE asked_at IS NULL"""


class Migration(migrations.Migration):
    dependencies = (("casework", "0002_case_shape"),)

    operations = (
        migrations.RenameModel("JointSignature", "JointTask"),
        migrations.AlterField(
            "JointTask",
            "dispatch",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="joint_tasks",
                to="casework.dispatch",
            ),
        ),
        migrations.AddField("JointTask", "rules", models.JSONField(default=list)),
        migrations.AddField("JointTask", "shows", models.JSONField(null=True)),
        migrations.AddField("JointTask", "papers", models.JSONField(null=True)),
        migrations.AddField("JointTask", "silence", models.CharField(default="waits", max_length=12)),
        migrations.AddField("JointTask", "over", models.CharField(default="never", max_length=12)),
        migrations.AddField("JointTask", "asked_at", models.DateTimeField(null=True)),
        migrations.AddField("JointTask", "working_days", models.IntegerField(null=True)),
        migrations.AddField("JointTask", "due_on", models.DateField(null=True)),
        migrations.AddField("JointTask", "provisional", models.BooleanField(default=False)),
        migrations.AddField("JointTask", "lapsed_at", models.DateTimeField(null=True)),
        migrations.AddField("JointTask", "released_at", models.DateTimeField(null=True)),
        migrations.AddField("JointTask", "reasons", models.JSONField(default=list)),
        migrations.AlterField("JointTask", "account_id", models.BigIntegerField(null=True)),
        migrations.AlterField("JointTask", "agrees", models.BooleanField(null=True)),
        migrations.AlterField("JointTask", "at", models.DateTimeField(null=True)),
        migrations.RunSQL(ASKED, migrations.RunSQL.noop),
        migrations.AlterField("JointTask", "asked_at", models.DateTimeField()),
        migrations.AddIndex(
            "JointTask",
            models.Index(fields=["department", "dispatch"], name="casework_joint_inbox"),
        ),
        migrations.AddIndex(
            "JointTask",
            models.Index(
                condition=models.Q(agrees=None, lapsed_at=None, released_at=None),
                fields=["due_on"],
                name="casework_joint_due",
            ),
        ),
        migrations.CreateModel(
            name="AssignmentPolicy",
            fields=[
                ("department", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("strategy", models.CharField(max_length=40)),
                ("changed_by", models.BigIntegerField(null=True)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("department", models.CharField(max_length=60)),
                ("account_id", models.BigIntegerField()),
                ("strategy", models.CharField(max_length=40)),
                ("figures", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "dispatch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to="casework.dispatch",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["department", "account_id", "-id"], name="casework_turns")
                ]
            },
        ),
        migrations.CreateModel(
            name="Handled",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_id", models.BigIntegerField()),
                ("department", models.CharField(max_length=60)),
                ("item", models.CharField(max_length=80)),
                ("hours", models.FloatField()),
                ("at", models.DateTimeField()),
                (
                    "dispatch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="handled",
                        to="casework.dispatch",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["department", "item", "-at"], name="casework_efforts")]
            },
        ),
    )
