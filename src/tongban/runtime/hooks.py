"""What faces need of the runtime, named in the settings so that faces do not import upwards."""

import time
from uuid import UUID

from django.conf import settings

from tongban.runtime import live_tokens
from tongban.runtime.config import secret


def live_token(application_id: UUID) -> str:
    """A token that lets the reader's browser listen to this case (`settings.LIVE_TOKEN`)."""
    key = secret(settings.CONFIG.home, live_tokens.SECRET_NAME)
    return live_tokens.sign(key, str(application_id), now=time.time())
