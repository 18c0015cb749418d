"""Django registration of the exchange."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The room as a Django app."""

    name = "tongban.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Make the room's event types known."""
        from tongban.exchange import events  # noqa: F401
