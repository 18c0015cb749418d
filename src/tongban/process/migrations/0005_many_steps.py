"""Steps of many instances as one statement.

What `process_step` does for one, with an array in place of each argument. Instances are moved one by one in the
order of the arrays; those that somebody else has moved meanwhile are left out with all that hangs on them, and
the answer says which ones have moved. All else is done once for all: a statement costs more than a row.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION process_steps(
    me uuid[], seen integer[], begun timestamptz[], moment timestamptz, new_states jsonb[], steps integer[],
    new_status text[], dues timestamptz[], actor_kind text, actor text,
    event_of uuid[], event_streams text[], events uuid[], event_types text[], event_data jsonb[],
    event_digests bytea[], closed_of uuid[], closed text[], more jsonb
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    done uuid[] := ARRAY[]::uuid[];
BEGIN
    FOR n IN 1..cardinality(me) LOOP
        UPDATE process_instance i
           SET state = new_states[n], version = i.version + steps[n], status = new_status[n], next_due = dues[n],
               ended_at = CASE WHEN new_status[n] IN ('completed', 'cancelled') THEN moment END
         WHERE i.id = me[n] AND i.version = seen[n] AND i.started_at = begun[n];
        IF FOUND THEN
            done := done || me[n];
        END IF;
    END LOOP;
    IF cardinality(done) = 0 THEN
        RETURN '';
    END IF;
    IF closed IS NOT NULL THEN
        DELETE FROM process_openwork w USING unnest(closed_of, closed) AS c(instance, token)
         WHERE w.instance_id = c.instance AND w.token = c.token AND c.instance = ANY (done);
    END IF;
    IF cardinality(done) < cardinality(me) THEN
        SELECT array_agg(e.stream ORDER BY e.place), array_agg(e.id ORDER BY e.place),
               array_agg(e.type ORDER BY e.place), array_agg(e.data ORDER BY e.place),
               array_agg(e.digest ORDER BY e.place)
          INTO event_streams, events, event_types, event_data, event_digests
          FROM unnest(event_of, event_streams, events, event_types, event_data, event_digests)
               WITH ORDINALITY AS e(instance, stream, id, type, data, digest, place)
         WHERE e.instance = ANY (done);
    END IF;
    PERFORM journal_append_many(event_streams, moment, actor_kind, actor, events, event_types, event_data,
                                event_digests);
    IF more IS NULL THEN
        RETURN array_to_string(done, ',');
    END IF;
    IF more ? 'opened' THEN
        INSERT INTO process_openwork (instance_id, token, element, what, name, kind, department, role,
                                      assignee, created_at, attempts, due_at)
        SELECT w."of", w.token, w.element, w.what, w.name, w.kind, w.department, w.role, '', moment, 0,
               CASE WHEN w.auto THEN moment END
        FROM jsonb_to_recordset(more->'opened') AS w("of" uuid, token text, element text, what text, name text,
                                                     kind text, department text, role text, auto boolean)
        WHERE w."of" = ANY (done)
        ON CONFLICT (instance_id, token) DO UPDATE
           SET element = EXCLUDED.element, what = EXCLUDED.what, name = EXCLUDED.name, kind = EXCLUDED.kind,
               department = EXCLUDED.department, role = EXCLUDED.role, assignee = '', attempts = 0,
               created_at = EXCLUDED.created_at, due_at = EXCLUDED.due_at;
    END IF;
    IF more ? 'silent' THEN
        DELETE FROM process_subscription s
         USING jsonb_to_recordset(more->'silent')
               AS e("of" uuid, place text, element text, kind text, name text, key text)
         WHERE s.instance_id = e."of" AND e."of" = ANY (done)
           AND (s.place, s.element, s.kind, s.name, s.key) = (e.place, e.element, e.kind, e.name, e.key);
    END IF;
    IF more ? 'listens' THEN
        INSERT INTO process_subscription (instance_id, place, element, kind, name, key, created_at)
        SELECT e."of", e.place, e.element, e.kind, e.name, e.key, moment
        FROM jsonb_to_recordset(more->'listens')
             AS e("of" uuid, place text, element text, kind text, name text, key text)
        WHERE e."of" = ANY (done)
        ON CONFLICT DO NOTHING;
    END IF;
    IF more ? 'solved' THEN
        DELETE FROM process_incident i
         USING jsonb_to_recordset(more->'solved') AS s("of" uuid, number text)
         WHERE i.instance_id = s."of" AND i.number = s.number AND s."of" = ANY (done);
    END IF;
    IF more ? 'incidents' THEN
        INSERT INTO process_incident (instance_id, number, element, code, message, opened_at)
        SELECT i."of", i.id, i.element, i.code, i.message, moment
        FROM jsonb_to_recordset(more->'incidents')
             AS i("of" uuid, id text, element text, code text, message text)
        WHERE i."of" = ANY (done)
        ON CONFLICT DO NOTHING;
    END IF;
    IF more ? 'posts' THEN
        INSERT INTO process_post (id, kind, name, key, "values", message_id, target, "to", origin, created_at,
                                  due_at, expires_at, kept, keys)
        SELECT o.id, o.kind, o.name, '', o."values", '', o.target, o."to", o.origin, moment, moment,
               (more->>'expires')::timestamptz, false, o.keys
        FROM jsonb_to_recordset(more->'posts') AS o("of" uuid, id uuid, kind text, name text, "values" jsonb,
                                                    target text, "to" uuid, origin uuid, keys jsonb)
        WHERE o."of" = ANY (done);
    END IF;
    IF more ? 'wake' THEN
        PERFORM pg_notify(more->>'wake', '');
    END IF;
    RETURN array_to_string(done, ',');
END $$;
"""
BACKWARD = """
DROP FUNCTION process_steps(
    uuid[], integer[], timestamptz[], timestamptz, jsonb[], integer[], text[], timestamptz[], text, text,
    uuid[], text[], uuid[], text[], jsonb[], bytea[], uuid[], text[], jsonb
);
"""


class Migration(migrations.Migration):
    dependencies = [("process", "0004_lean_step"), ("journal", "0006_append_many")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
