"""Django registration of flows."""

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    """Running cases as diagrams."""

    name = "tongban.faces.flows"
    label = "faces_flows"
