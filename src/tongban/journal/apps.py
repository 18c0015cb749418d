"""Django registration of the journal."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The room as a Django app."""

    name = "tongban.journal"
    label = "journal"
