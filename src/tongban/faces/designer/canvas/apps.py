"""Django registration of this part of the designer."""

from django.apps import AppConfig


class CanvasConfig(AppConfig):
    """The canvas: a process drawn in BPMN with our own palette, panel and words."""

    name = "tongban.faces.designer.canvas"
    label = "designer_canvas"
