"""A message that a process sends carries the keys of its conversation."""

import importlib

from django.db import migrations, models

BEFORE = importlib.import_module("tongban.process.migrations.0002_step").FORWARD
SAID = (
    ("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
    ("due_at, expires_at, kept)", "due_at, expires_at, kept, keys)"),
    ("(p->>'expires')::timestamptz, false\n", "(p->>'expires')::timestamptz, false, o.keys\n"),
    ('"to" uuid, origin uuid);', '"to" uuid, origin uuid, keys jsonb);'),
)


def _now() -> str:
    text = BEFORE
    for old, new in SAID:
        if text.count(old) != 1:
            raise ValueError(f"{old!r} does not stand in the function once")
        text = text.replace(old, new)
    return text


class Migration(migrations.Migration):
    dependencies = [("process", "0002_step")]
    operations = [
        migrations.AddField("post", "keys", models.JSONField(default=dict)),
        migrations.RunSQL(_now(), BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")),
    ]
