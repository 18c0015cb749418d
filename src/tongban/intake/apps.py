"""Django registration of intake."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The room as a Django app."""

    name = "tongban.intake"
    label = "intake"

    def ready(self) -> None:
        """Make the room's event types known."""
        from tongban.intake import events  # noqa: F401
