"""The web process: Django under WSGI (ASGI with sync views was measured 20 times slower)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.runtime.settings")

application = get_wsgi_application()
