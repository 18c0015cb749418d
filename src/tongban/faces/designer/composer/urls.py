"""Addresses of this part of the designer."""

from django.urls import URLPattern

app_name = "composer"
urlpatterns: list[URLPattern] = []
