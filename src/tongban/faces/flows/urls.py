"""Addresses of flows."""

from django.urls import path

from tongban.faces.flows.views import instances, overview

app_name = "flows"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("cases/<uuid:case_id>/", overview.case, name="case"),
    path("instances/", instances.instances, name="instances"),
    path("instances/<uuid:instance>/", instances.instance, name="instance"),
    path("instances/<uuid:instance>/<str:act>", instances.act, name="act"),
]
