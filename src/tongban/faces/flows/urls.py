"""Addresses of flows."""

from django.urls import path

from tongban.faces.flows import views

app_name = "flows"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("cases/<uuid:case_id>/", views.case, name="case"),
]
