"""Several events of one stream in one call, as part of another statement.

`journal_append` does for a list of events what the statement of `actions.record` does for one: it holds the
head of the stream, chains the events behind it and wakes the listeners. Being a function, it can be called
from `SELECT … FROM` a common table expression, so that a change and its events are one statement.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION journal_append(
    p_stream text, p_ids uuid[], p_types text[], p_at timestamptz, p_kind text, p_actor text, p_data jsonb[],
    p_digests bytea[], p_commitments bytea[], p_salts bytea[], p_payloads jsonb[], p_channel text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    many   constant integer := cardinality(p_ids);
    number bigint; number_of_transaction bigint; before bytea; link bytea;
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
    FOR i IN 1..many LOOP
        number := number + 1;
        before := link;
        link := sha256(before || int8send(number) || p_digests[i]);
        INSERT INTO journal_event
               (txid, id, stream, seq, type, at, actor_kind, actor_id, data, commitment, prev, hash)
        VALUES (number_of_transaction, p_ids[i], p_stream, number, p_types[i], p_at, p_kind, p_actor,
                p_data[i], p_commitments[i], before, link);
        IF p_payloads[i] IS NOT NULL THEN
            INSERT INTO journal_payload (event_id, at, salt, data)
            VALUES (p_ids[i], p_at, p_salts[i], p_payloads[i]);
        END IF;
    END LOOP;
    UPDATE journal_stream SET seq = number, prev = before, hash = link, txid = number_of_transaction
     WHERE stream = p_stream;
    PERFORM pg_notify(p_channel, '');
    RETURN number;
END $$;
"""

BACKWARD = """
DROP FUNCTION journal_append(
    text, uuid[], text[], timestamptz, text, text, jsonb[], bytea[], bytea[], bytea[], jsonb[], text
);
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_order_and_partitions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
