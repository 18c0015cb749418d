"""Addresses of the designer: one line per part."""

from django.urls import include, path

urlpatterns = [
    path("", include("tongban.faces.designer.drafts.urls")),
    path("", include("tongban.faces.designer.composer.urls")),
    path("", include("tongban.faces.designer.canvas.urls")),
    path("", include("tongban.faces.designer.decisions.urls")),
]
