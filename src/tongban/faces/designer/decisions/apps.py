"""Django registration of this part of the designer."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """Decision tables: an accessible grid with a test panel."""

    name = "tongban.faces.designer.decisions"
    label = "designer_decisions"
