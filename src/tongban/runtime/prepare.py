"""The step between the servers and everything that serves: messages, tables, static files, content.

Run as a program by the supervisor, before any process of ours touches the database. Each part is quick when
nothing has changed, so a second start takes seconds.
"""

import hashlib
import os
import sys
from pathlib import Path


def migrate() -> None:
    """Bring the tables to this release, as the role that owns them."""
    from django.core.management import call_command

    call_command("migrate", database="owner", interactive=False, verbosity=0)


def collect_static() -> None:
    """Collect, fingerprint and compress static files, unless the same ones have been collected before."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    root = Path(settings.STATIC_ROOT)
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    mark = root / ".collected"
    if mark.exists() and mark.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    mark.write_text(digest.hexdigest())


def publish_catalogue() -> None:
    """Make the content folder the current version of the catalogue."""
    from tongban.catalogue.actions import publish

    publish(at_start=True)


def enrol_departments() -> None:
    """Make the public keys of the departments that are simulated here known to the platform."""
    from django.conf import settings

    from tongban.exchange import keys, partners
    from tongban.kernel.crypto import ED25519
    from tongban.runtime.house import DEPARTMENTS, department_key

    for code in DEPARTMENTS:
        path = department_key(settings.CONFIG.home, code)
        if path.exists():
            partners.enrol(code, ED25519.key_pair(keys.load_or_make(path)).public)


def main() -> int:
    """Compile messages, set Django up, do the steps; exit status 2 and a sentence when one cannot be done."""
    from tongban.kernel.errors import TongbanError
    from tongban.runtime import messages

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.runtime.settings")
    try:
        messages.compile_all()
        import django

        django.setup()
        from tongban.runtime.seed import seed_people

        for step in (migrate, collect_static, publish_catalogue, enrol_departments, seed_people):
            step()
    except TongbanError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
