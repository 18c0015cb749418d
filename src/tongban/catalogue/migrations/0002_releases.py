"""Versions get the day from which they apply, and can no longer be changed."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
INSERT INTO catalogue_cataloguerelease (version_id, applies_from, published_at, note, at_start)
SELECT id, (current_since AT TIME ZONE 'Asia/Shanghai')::date, current_since, '', true
FROM catalogue_catalogueversion;
"""

FROZEN = """
CREATE FUNCTION catalogue_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A published catalogue is immutable: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER catalogue_version_immutable BEFORE UPDATE OR DELETE ON catalogue_catalogueversion
    FOR EACH ROW EXECUTE FUNCTION catalogue_refuse();
CREATE TRIGGER catalogue_release_immutable BEFORE UPDATE OR DELETE ON catalogue_cataloguerelease
    FOR EACH ROW EXECUTE FUNCTION catalogue_refuse();
"""

THAWED = """
DROP TRIGGER catalogue_version_immutable ON catalogue_catalogueversion;
DROP TRIGGER catalogue_release_immutable ON catalogue_cataloguerelease;
DROP FUNCTION catalogue_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CatalogueRelease",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("applies_from", models.DateField()),
                ("published_at", models.DateTimeField()),
                ("note", models.TextField(blank=True)),
                ("at_start", models.BooleanField(default=False)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="catalogue.catalogueversion",
                    ),
                ),
            ],
            options={
                "ordering": ("applies_from", "published_at", "id"),
                "indexes": [
                    models.Index(fields=["applies_from", "published_at"], name="catalogue_release_day")
                ],
            },
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
        migrations.RemoveField("catalogueversion", "current_since"),
        migrations.RunSQL(FROZEN, THAWED),
    ]
