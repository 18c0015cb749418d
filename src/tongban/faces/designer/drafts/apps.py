"""Django registration of this part of the designer."""

from django.apps import AppConfig


class DraftsConfig(AppConfig):
    """Drafts: the list, comments, the review before publishing, try-out, approval, versions, rollback."""

    name = "tongban.faces.designer.drafts"
    label = "designer_drafts"
