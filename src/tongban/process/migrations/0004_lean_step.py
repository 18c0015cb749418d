"""A step with arguments of its own for what nearly every step brings, and JSON only for the rest.

Reading a dozen values out of one JSON argument cost more than the changes themselves. Besides:

* A step names the moment when its instance began, too: a state remembered by a worker never fits an instance
  that was erased and begun anew under the same id.
* Listeners are woken only when the step leaves something to do for a worker (`wake`): PostgreSQL commits
  notifying transactions one after the other.
* Indexes of foreign keys that repeat the beginning of a unique index are dropped.
"""

from django.db import migrations, models
from django.db.models import deletion

FORWARD = """
DROP FUNCTION process_step(jsonb);

CREATE FUNCTION process_step(
    me uuid, seen integer, begun timestamptz, moment timestamptz, new_state jsonb, new_status text,
    due timestamptz, into_stream text, actor_kind text, actor text,
    event uuid, event_type text, event_data jsonb, event_digest bytea, closed text[], more jsonb
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    one text; last bigint;
BEGIN
    IF seen > 0 THEN
        UPDATE process_instance i
           SET state = new_state, version = i.version + 1, status = new_status, next_due = due,
               ended_at = CASE WHEN new_status IN ('completed', 'cancelled') THEN moment END
         WHERE i.id = me AND i.version = seen AND i.started_at = begun;
    ELSE
        INSERT INTO process_instance (id, code, definition, process, key, stream, owner, parent, parent_token,
                                      state, version, status, next_due, started_at, ended_at)
        VALUES (me, more->>'code', more->>'definition', more->>'process', more->>'key', into_stream,
                more->>'owner', (more->>'parent')::uuid, more->>'parent_token', new_state, 1, new_status, due,
                begun, CASE WHEN new_status IN ('completed', 'cancelled') THEN moment END)
        ON CONFLICT (id) DO NOTHING;
    END IF;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF closed IS NOT NULL THEN  -- one by one: a condition on an array is planned anew each time
        FOREACH one IN ARRAY closed LOOP
            DELETE FROM process_openwork w WHERE w.instance_id = me AND w.token = one;
        END LOOP;
    END IF;
    IF event IS NOT NULL THEN
        last := journal_append_one(into_stream, moment, actor_kind, actor, event, event_type, event_data,
                                   event_digest, NULL);
    END IF;
    IF more IS NULL THEN
        RETURN true;
    END IF;
    IF more ? 'target' THEN
        UPDATE process_instance i SET definition = more->>'target', process = more->>'process' WHERE i.id = me;
    END IF;
    IF more ? 'opened' THEN
        INSERT INTO process_openwork (instance_id, token, element, what, name, kind, department, role,
                                      assignee, created_at, attempts, due_at)
        SELECT me, w.token, w.element, w.what, w.name, w.kind, w.department, w.role, '', moment, 0,
               CASE WHEN w.auto THEN moment END
        FROM jsonb_to_recordset(more->'opened') AS w(token text, element text, what text, name text,
                                                     kind text, department text, role text, auto boolean)
        ON CONFLICT (instance_id, token) DO UPDATE
           SET element = EXCLUDED.element, what = EXCLUDED.what, name = EXCLUDED.name, kind = EXCLUDED.kind,
               department = EXCLUDED.department, role = EXCLUDED.role, assignee = '', attempts = 0,
               created_at = EXCLUDED.created_at, due_at = EXCLUDED.due_at;
    END IF;
    IF more ? 'silent' THEN
        DELETE FROM process_subscription s
         USING jsonb_to_recordset(more->'silent')
               AS e(place text, element text, kind text, name text, key text)
         WHERE s.instance_id = me
           AND (s.place, s.element, s.kind, s.name, s.key) = (e.place, e.element, e.kind, e.name, e.key);
    END IF;
    IF more ? 'listens' THEN
        INSERT INTO process_subscription (instance_id, place, element, kind, name, key, created_at)
        SELECT me, e.place, e.element, e.kind, e.name, e.key, moment
        FROM jsonb_to_recordset(more->'listens')
             AS e(place text, element text, kind text, name text, key text)
        ON CONFLICT DO NOTHING;
    END IF;
    IF more ? 'solved' THEN
        DELETE FROM process_incident i
         WHERE i.instance_id = me AND i.number IN (SELECT jsonb_array_elements_text(more->'solved'));
    END IF;
    IF more ? 'incidents' THEN
        INSERT INTO process_incident (instance_id, number, element, code, message, opened_at)
        SELECT me, i.id, i.element, i.code, i.message, moment
        FROM jsonb_to_recordset(more->'incidents') AS i(id text, element text, code text, message text)
        ON CONFLICT DO NOTHING;
    END IF;
    IF more ? 'posts' THEN
        INSERT INTO process_post (id, kind, name, key, "values", message_id, target, "to", origin, created_at,
                                  due_at, expires_at, kept, keys)
        SELECT o.id, o.kind, o.name, '', o."values", '', o.target, o."to", o.origin, moment, moment,
               (more->>'expires')::timestamptz, false, o.keys
        FROM jsonb_to_recordset(more->'posts') AS o(id uuid, kind text, name text, "values" jsonb, target text,
                                                    "to" uuid, origin uuid, keys jsonb);
    END IF;
    IF more ? 'events' THEN
        last := journal_append(into_stream, moment, actor_kind, actor, more->'events', NULL);
    END IF;
    IF more ? 'wake' THEN
        PERFORM pg_notify(more->>'wake', '');
    END IF;
    RETURN true;
END $$;
"""


def _before() -> str:
    """The function as it was, for the way back."""
    import importlib

    keys = importlib.import_module("tongban.process.migrations.0003_keys")
    old: str = keys._now().replace("CREATE OR REPLACE FUNCTION", "CREATE FUNCTION")  # noqa: SLF001
    return (
        "DROP FUNCTION process_step(uuid, integer, timestamptz, timestamptz, jsonb, text, timestamptz, text,"
        " text, text, uuid, text, jsonb, bytea, text[], jsonb);\n" + old
    )


def _to(model: str, related: str) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False, on_delete=deletion.DO_NOTHING, related_name=related, to=f"process.{model}"
    )


class Migration(migrations.Migration):
    dependencies = [("process", "0003_keys"), ("journal", "0005_lean_append")]
    operations = [
        migrations.RunSQL(FORWARD, _before()),
        migrations.AlterField("openwork", "instance", _to("instance", "work")),
        migrations.AlterField("subscription", "instance", _to("instance", "subscriptions")),
        migrations.AlterField("incident", "instance", _to("instance", "incidents")),
    ]
