"""Addresses of flows."""

from django.urls import path

from tongban.faces.flows.views import instances, letters, overview, parked

app_name = "flows"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("cases/<uuid:case_id>/", overview.case, name="case"),
    path("instances/", instances.instances, name="instances"),
    path("instances/<uuid:instance>/", instances.instance, name="instance"),
    path("instances/<uuid:instance>/<str:act>", instances.act, name="act"),
    path("parked/", parked.parked, name="parked"),
    path("parked/<int:event>/now", parked.now, name="parked_now"),
    path("parked/<int:event>/drop", parked.drop, name="parked_drop"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<int:letter>/again", letters.again, name="letter_again"),
    path("letters/<int:letter>/drop", letters.drop, name="letter_drop"),
    path("letters/sent/<uuid:message>/again", letters.resend, name="letter_resend"),
    path("letters/sent/<uuid:message>/drop", letters.give_up, name="letter_give_up"),
]
