"""Django registration of the workbench."""

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """The pages of a department's staff."""

    name = "tongban.faces.workbench"
    label = "faces_workbench"
