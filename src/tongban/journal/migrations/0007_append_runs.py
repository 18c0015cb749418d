"""A new stream's first events are chained with one change of its head.

Whatever begins brings more than one event: that it has begun, and what its first step did. Their links are
computed first, and the head is written once, as it stands after the last of them. A stream that exists goes on
event by event, as before.
"""

from importlib import import_module

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION journal_append_many(
    p_streams text[], p_at timestamptz, p_kind text, p_actor text, p_ids uuid[], p_types text[], p_data jsonb[],
    p_digests bytea[]
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    own   constant bigint := pg_current_xact_id()::text::bigint;
    first constant bytea := decode(repeat('00', 32), 'hex');
    many  constant integer := coalesce(cardinality(p_streams), 0);
    n integer := 1; last integer;
    number bigint; mine bigint; before bytea; link bytea;
    numbers bigint[]; owns bigint[]; befores bytea[]; links bytea[];
BEGIN
    WHILE n <= many LOOP
        IF n < many AND p_streams[n + 1] = p_streams[n] THEN  -- several of one stream: perhaps its first
            last := n;
            link := first;
            WHILE last <= many AND p_streams[last] = p_streams[n] LOOP
                number := last - n + 1;
                numbers[last] := number; owns[last] := own; befores[last] := link;
                link := sha256(link || int8send(number) || p_digests[last]);
                links[last] := link;
                last := last + 1;
            END LOOP;
            INSERT INTO journal_stream (stream, seq, prev, hash, txid)
            VALUES (p_streams[n], number, befores[last - 1], link, own)
            ON CONFLICT (stream) DO NOTHING;
            IF FOUND THEN
                n := last;
                CONTINUE;
            END IF;
        END IF;
        UPDATE journal_stream s
           SET seq = s.seq + 1, prev = s.hash, hash = sha256(s.hash || int8send(s.seq + 1) || p_digests[n]),
               txid = GREATEST(s.txid, own)
         WHERE s.stream = p_streams[n]
        RETURNING s.seq, s.txid, s.prev, s.hash INTO number, mine, before, link;
        IF NOT FOUND THEN
            INSERT INTO journal_stream AS s (stream, seq, prev, hash, txid)
            VALUES (p_streams[n], 1, first, sha256(first || int8send(1) || p_digests[n]), own)
            ON CONFLICT (stream) DO UPDATE
               SET seq = s.seq + 1, prev = s.hash, hash = sha256(s.hash || int8send(s.seq + 1) || p_digests[n]),
                   txid = GREATEST(s.txid, EXCLUDED.txid)
            RETURNING s.seq, s.txid, s.prev, s.hash INTO number, mine, before, link;
        END IF;
        numbers[n] := number; owns[n] := mine; befores[n] := before; links[n] := link;
        n := n + 1;
    END LOOP;
    -- In the order given: positions of a stream's events follow their numbers.
    INSERT INTO journal_event
           (txid, id, stream, seq, type, at, actor_kind, actor_id, data, commitment, prev, hash)
    SELECT e.own, e.id, e.stream, e.number, e.type, p_at, p_kind, p_actor, e.data, NULL, e.before, e.link
      FROM unnest(owns, p_ids, p_streams, numbers, p_types, p_data, befores, links)
           WITH ORDINALITY AS e(own, id, stream, number, type, data, before, link, place)
     ORDER BY e.place;
    RETURN many;
END $$;
"""


def _before() -> str:
    """The function as it was, for the way back."""
    old: str = import_module("tongban.journal.migrations.0006_append_many").FORWARD
    return old.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("journal", "0006_append_many")]
    operations = [migrations.RunSQL(FORWARD, _before())]
