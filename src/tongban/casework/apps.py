"""Django registration of casework."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """The room as a Django app."""

    name = "tongban.casework"
    label = "casework"

    def ready(self) -> None:
        """Make the room's event types known, and the room to the engine that runs its cases."""
        from tongban.casework import events, running  # noqa: F401

        running.own()
