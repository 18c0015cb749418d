"""`journal_append` takes its events as one JSON value: a third of the work of quoting and planning arrays."""

import importlib

from django.db import migrations

BEFORE = importlib.import_module("tongban.journal.migrations.0003_append")

FORWARD = (
    BEFORE.BACKWARD
    + """
CREATE FUNCTION journal_append(
    p_stream text, p_at timestamptz, p_kind text, p_actor text, p_events jsonb, p_channel text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    number bigint; number_of_transaction bigint; before bytea; link bytea; event jsonb;
BEGIN
    SELECT s.seq, s.hash, s.txid INTO number, link, number_of_transaction
      FROM journal_stream s WHERE s.stream = p_stream FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO journal_stream AS s (stream, seq, prev, hash, txid)
        VALUES (p_stream, 0, decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'), 0)
        ON CONFLICT (stream) DO UPDATE SET seq = s.seq
        RETURNING s.seq, s.hash, s.txid INTO number, link, number_of_transaction;
    END IF;
    number_of_transaction := GREATEST(number_of_transaction, pg_current_xact_id()::text::bigint);
    FOR event IN SELECT e.value FROM jsonb_array_elements(p_events) WITH ORDINALITY AS e ORDER BY e.ordinality
    LOOP
        number := number + 1;
        before := link;
        link := sha256(before || int8send(number) || decode(event->>'digest', 'hex'));
        INSERT INTO journal_event
               (txid, id, stream, seq, type, at, actor_kind, actor_id, data, commitment, prev, hash)
        VALUES (number_of_transaction, (event->>'id')::uuid, p_stream, number, event->>'type', p_at, p_kind,
                p_actor, event->'data', decode(event->>'commitment', 'hex'), before, link);
        IF event ? 'payload' THEN
            INSERT INTO journal_payload (event_id, at, salt, data)
            VALUES ((event->>'id')::uuid, p_at, decode(event->>'salt', 'hex'), event->'payload');
        END IF;
    END LOOP;
    UPDATE journal_stream SET seq = number, prev = before, hash = link, txid = number_of_transaction
     WHERE stream = p_stream;
    PERFORM pg_notify(p_channel, '');
    RETURN number;
END $$;
"""
)

BACKWARD = (
    "DROP FUNCTION journal_append(text, timestamptz, text, text, jsonb, text);\n" + BEFORE.FORWARD
)


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_append")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
