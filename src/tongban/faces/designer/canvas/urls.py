"""Addresses of this part of the designer."""

from django.urls import URLPattern, path

from tongban.faces.designer.canvas import views

app_name = "canvas"
urlpatterns: list[URLPattern] = [
    path("drafts/<uuid:draft_id>/process", views.new, name="new"),
    path("drafts/<uuid:draft_id>/process/<str:code>", views.process, name="process"),
    path("drafts/<uuid:draft_id>/process/<str:code>/check", views.check, name="check"),
    path("drafts/<uuid:draft_id>/process/<str:code>/try", views.tryout, name="tryout"),
]
