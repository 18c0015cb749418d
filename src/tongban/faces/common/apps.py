"""Django registration of what all faces share."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Templates, static files, words and tags of every face."""

    name = "tongban.faces.common"
    label = "faces_common"
