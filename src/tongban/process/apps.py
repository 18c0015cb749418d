"""Django registration of process."""

from django.apps import AppConfig


class ProcessConfig(AppConfig):
    """Instances of processes."""

    name = "tongban.process"
    label = "process"
