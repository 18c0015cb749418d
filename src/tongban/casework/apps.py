"""Django registration of casework."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """The room as a Django app."""

    name = "tongban.casework"
    label = "casework"

    def ready(self) -> None:
        """Make the room's event types known, and the room to the engine and the exchange, who hand to it."""
        from tongban.casework import events, notices, running  # noqa: F401
        from tongban.exchange import letters

        running.own()
        letters.deliver_to(notices.take)
