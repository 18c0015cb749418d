"""Django registration of design."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    """Drafts of the catalogue, their review and publication."""

    name = "tongban.design"
    label = "design"
