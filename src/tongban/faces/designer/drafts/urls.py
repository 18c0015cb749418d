"""Addresses of this part of the designer."""

from django.urls import URLPattern

app_name = "drafts"
urlpatterns: list[URLPattern] = []
