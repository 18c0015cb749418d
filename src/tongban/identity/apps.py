"""Django registration of identity."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """The room as a Django app."""

    name = "tongban.identity"
    label = "identity"

    def ready(self) -> None:
        """Make the room's event types known."""
        from tongban.identity import events  # noqa: F401
