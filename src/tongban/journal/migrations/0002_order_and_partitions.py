"""Order within a stream, and partitions that stay closed.

* A reader goes by (transaction, position). A transaction that began early and appended late stood before an
  event it follows; the head of a stream now remembers the highest transaction number used in it, and an event
  takes at least that one. Nothing is shown while its real transaction is open, because the number is never
  below the real one.
* A statement trigger is not inherited: each partition gets its own against TRUNCATE.
* Bounds of months are UTC whatever the session's time zone, and a month of which the default partition holds
  events already is left to it instead of failing the start.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE journal_stream ADD COLUMN txid bigint NOT NULL DEFAULT 0;
UPDATE journal_stream s SET txid = e.txid
  FROM (SELECT stream, max(txid) AS txid FROM journal_event GROUP BY stream) e WHERE e.stream = s.stream;

CREATE OR REPLACE FUNCTION journal_make_partitions(ahead integer) RETURNS integer
LANGUAGE plpgsql SET timezone = 'UTC' AS $$
DECLARE
    month timestamptz; next timestamptz; made integer := 0; parent text; child text; taken boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('journal_make_partitions'));
    FOR i IN 0..ahead LOOP
        month := date_trunc('month', now()) + make_interval(months => i);
        next := month + interval '1 month';
        FOREACH parent IN ARRAY ARRAY['journal_event', 'journal_payload'] LOOP
            child := format('%s_%s', parent, to_char(month, 'YYYYMM'));
            CONTINUE WHEN to_regclass(child) IS NOT NULL;
            EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE at >= $1 AND at < $2)', parent || '_rest')
                INTO taken USING month, next;
            CONTINUE WHEN taken;
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                           child, parent, month, next);
            IF parent = 'journal_event' THEN
                EXECUTE format('CREATE TRIGGER journal_event_no_truncate BEFORE TRUNCATE ON %I '
                               'FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()', child);
            END IF;
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;

DO $$
DECLARE child regclass;
BEGIN
    FOR child IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'journal_event'::regclass LOOP
        EXECUTE format('CREATE TRIGGER journal_event_no_truncate BEFORE TRUNCATE ON %s '
                       'FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()', child);
    END LOOP;
END $$;
"""

BACKWARD = """
DO $$
DECLARE child regclass;
BEGIN
    FOR child IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'journal_event'::regclass LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS journal_event_no_truncate ON %s', child);
    END LOOP;
END $$;
ALTER TABLE journal_stream DROP COLUMN txid;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
