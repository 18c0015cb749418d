"""The journal's tables: partitioned by month, append-only by permission and by trigger.

The application's role may insert and read events; it may not update, delete or truncate them. A trigger
says the same to every other role, the owner included, so that an external database with one role is safe too.
"""

from django.db import migrations, models

FORWARD = """
CREATE TABLE journal_stream (
    stream text PRIMARY KEY,
    seq    bigint NOT NULL,
    prev   bytea  NOT NULL,
    hash   bytea  NOT NULL
);

CREATE TABLE journal_event (
    position   bigint GENERATED ALWAYS AS IDENTITY,
    txid       bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    id         uuid NOT NULL,
    stream     text NOT NULL,
    seq        bigint NOT NULL,
    type       text NOT NULL,
    at         timestamptz NOT NULL,
    actor_kind text NOT NULL,
    actor_id   text NOT NULL,
    data       jsonb NOT NULL,
    commitment bytea,
    prev       bytea NOT NULL,
    hash       bytea NOT NULL,
    PRIMARY KEY (at, position)
) PARTITION BY RANGE (at);
CREATE INDEX journal_event_stream ON journal_event (stream, seq);
CREATE INDEX journal_event_order  ON journal_event (txid, position);
CREATE INDEX journal_event_type   ON journal_event (type, at);
CREATE INDEX journal_event_id     ON journal_event (id);
CREATE TABLE journal_event_rest PARTITION OF journal_event DEFAULT;

CREATE TABLE journal_payload (
    event_id uuid NOT NULL,
    at       timestamptz NOT NULL,
    salt     bytea NOT NULL,
    data     jsonb NOT NULL,
    PRIMARY KEY (event_id, at)
) PARTITION BY RANGE (at);
CREATE TABLE journal_payload_rest PARTITION OF journal_payload DEFAULT;

-- Months are made ahead by the owner at each start (tongban up); the default partition takes what is left.
CREATE FUNCTION journal_make_partitions(ahead integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE month date; made integer := 0; parent text; child text;
BEGIN
    FOR i IN 0..ahead LOOP
        month := date_trunc('month', now())::date + make_interval(months => i);
        FOREACH parent IN ARRAY ARRAY['journal_event', 'journal_payload'] LOOP
            child := format('%s_%s', parent, to_char(month, 'YYYYMM'));
            IF to_regclass(child) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                               child, parent, month, month + interval '1 month');
                made := made + 1;
            END IF;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
SELECT journal_make_partitions(24);

CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The journal is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER journal_event_append_only BEFORE UPDATE OR DELETE ON journal_event
    FOR EACH ROW EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER journal_event_no_truncate BEFORE TRUNCATE ON journal_event
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
"""

BACKWARD = """
DROP TABLE journal_event, journal_payload, journal_stream;
DROP FUNCTION journal_make_partitions(integer);
DROP FUNCTION journal_refuse();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="JournalEvent",
                    fields=[
                        ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("txid", models.BigIntegerField()),
                        ("id", models.UUIDField()),
                        ("stream", models.TextField()),
                        ("seq", models.BigIntegerField()),
                        ("type", models.TextField()),
                        ("at", models.DateTimeField()),
                        ("actor_kind", models.TextField()),
                        ("actor_id", models.TextField()),
                        ("data", models.JSONField()),
                        ("commitment", models.BinaryField(null=True)),
                        ("prev", models.BinaryField()),
                        ("hash", models.BinaryField()),
                    ],
                    options={"db_table": "journal_event", "managed": False},
                ),
                migrations.CreateModel(
                    name="JournalPayload",
                    fields=[
                        ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("salt", models.BinaryField()),
                        ("data", models.JSONField()),
                    ],
                    options={"db_table": "journal_payload", "managed": False},
                ),
            ],
        ),
        migrations.CreateModel(
            name="JournalSubscription",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("txid", models.BigIntegerField(default=0)),
                ("position", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ParkedEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subscription", models.TextField()),
                ("stream", models.TextField()),
                ("txid", models.BigIntegerField()),
                ("position", models.BigIntegerField()),
                ("attempts", models.IntegerField(default=0)),
                ("error", models.TextField()),
                ("retry_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("subscription", "position"), name="journal_parked_once")],
                "indexes": [models.Index(fields=["subscription", "retry_at"], name="journal_parked_due")],
            },
        ),
    ]
