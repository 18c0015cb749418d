"""Django registration of the citizen's face."""

from django.apps import AppConfig


class CitizenConfig(AppConfig):
    """The citizen's pages."""

    name = "tongban.faces.citizen"
    label = "faces_citizen"
