"""Events of many streams in one call: what `journal_append_one` does for each, and one insert for all.

The heads are moved one by one and in the order given, so callers who sort by stream never wait for each other in
a circle, and a stream may occur more than once. The insert into a partitioned table is what costs most of an
append; it is made once.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION journal_append_many(
    p_streams text[], p_at timestamptz, p_kind text, p_actor text, p_ids uuid[], p_types text[], p_data jsonb[],
    p_digests bytea[]
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    own   constant bigint := pg_current_xact_id()::text::bigint;
    first constant bytea := decode(repeat('00', 32), 'hex');
    many  constant integer := coalesce(cardinality(p_streams), 0);
    number bigint; mine bigint; before bytea; link bytea;
    numbers bigint[]; owns bigint[]; befores bytea[]; links bytea[];
BEGIN
    FOR n IN 1..many LOOP
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


class Migration(migrations.Migration):
    dependencies = [("journal", "0005_lean_append")]
    operations = [
        migrations.RunSQL(
            FORWARD,
            "DROP FUNCTION journal_append_many(text[], timestamptz, text, text, uuid[], text[], jsonb[], bytea[]);",
        )
    ]
