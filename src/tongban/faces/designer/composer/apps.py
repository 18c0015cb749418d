"""Django registration of this part of the designer."""

from django.apps import AppConfig


class ComposerConfig(AppConfig):
    """The composer: a life event put together from items, and what follows from it at once."""

    name = "tongban.faces.designer.composer"
    label = "designer_composer"
