"""Django registration of the catalogue."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """The room as a Django app."""

    name = "tongban.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        """Make the room's event types known."""
        from tongban.catalogue import events  # noqa: F401 - importing registers them
