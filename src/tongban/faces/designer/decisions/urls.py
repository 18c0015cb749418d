"""Addresses of this part of the designer."""

from django.urls import URLPattern, path

from tongban.faces.designer.decisions import views

app_name = "decisions"
urlpatterns: list[URLPattern] = [
    path("drafts/<uuid:draft_id>/decision/<str:code>", views.decision, name="decision"),
    path("drafts/<uuid:draft_id>/decision/<str:code>/act", views.act, name="act"),
]
