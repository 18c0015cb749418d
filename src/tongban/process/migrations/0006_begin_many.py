"""Instances begin where others move: one by one or many, with the same statement.

* `process_steps` inserts those that have no step yet (`seen` 0), with what `more` says of each under `begun`,
  in the order of ids. `process_step` only moves.
* Whoever takes a version to be the active one because it was when last looked at says so: when it is not any
  more, that instance does not begin. So a beginning is one round trip, too.
* Work, subscriptions and incidents are written by nothing but the statement that moves their instance: checking
  the foreign key of each of them once more at the commit cost as much as writing it.
"""

from importlib import import_module

from django.db import migrations, models
from django.db.models import deletion

_BEGUN = """    IF more ? 'begun' THEN
        WITH new AS (
            INSERT INTO process_instance (id, code, definition, process, key, stream, owner, parent, parent_token,
                                          state, version, status, next_due, started_at, ended_at)
            SELECT n.id, b.code, b.definition, b.process, b.key, b.stream, b.owner, b.parent, b.parent_token,
                   n.state, n.steps, n.status, n.due, n.begun,
                   CASE WHEN n.status IN ('completed', 'cancelled') THEN moment END
              FROM jsonb_to_recordset(more->'begun')
                   AS b("of" uuid, code text, definition text, process text, key text, stream text, owner text,
                        parent uuid, parent_token text, active boolean)
              JOIN unnest(me, new_states, steps, new_status, dues, begun)
                   AS n(id, state, steps, status, due, begun) ON n.id = b."of"
             WHERE NOT b.active OR EXISTS (SELECT FROM process_definition d
                                            WHERE d.code = b.code AND d.version = b.definition AND d.active)
             ORDER BY n.id
            ON CONFLICT (id) DO NOTHING
            RETURNING id
        )
        SELECT coalesce(array_agg(id), done) INTO done FROM new;
    END IF;
"""
_FIRST = "    IF seen > 0 THEN\n"
_ELSE = "    ELSE\n"
_FOUND = "    IF NOT FOUND THEN\n"


def _of(migration: str) -> str:
    """The function that a migration makes, in place of the one that there is."""
    made: str = import_module(f"tongban.process.migrations.{migration}").FORWARD
    return "CREATE OR REPLACE FUNCTION" + made.partition("CREATE FUNCTION")[2]


def _steps() -> str:
    """`process_steps` as it was, with beginnings before the moves."""
    head, loop, rest = _of("0005_many_steps").partition("    FOR n IN")
    return head + _BEGUN + loop + rest


def _step() -> str:
    """`process_step` as it was, without beginnings."""
    head, _, rest = _of("0004_lean_step").partition(_FIRST)
    move, _, rest = rest.partition(_ELSE)
    _, found, rest = rest.partition(_FOUND)
    return head + move + found + rest


def _to(related: str) -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False, db_index=False, on_delete=deletion.DO_NOTHING, related_name=related,
        to="process.instance",
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("process", "0005_many_steps"), ("journal", "0007_append_runs")]
    operations = [
        migrations.RunSQL(_steps(), _of("0005_many_steps")),
        migrations.RunSQL(_step(), _of("0004_lean_step")),
        migrations.AlterField("openwork", "instance", _to("work")),
        migrations.AlterField("subscription", "instance", _to("subscriptions")),
        migrations.AlterField("incident", "instance", _to("incidents")),
    ]
