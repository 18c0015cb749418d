"""Addresses of this part of the designer."""

from django.urls import URLPattern, path

from tongban.faces.designer.composer.views import condition, event, item, new, preview, review, ways, within

app_name = "composer"
urlpatterns: list[URLPattern] = [
    path("drafts/<uuid:draft_id>/new-event", new.new_event, name="new_event"),
    path("drafts/<uuid:draft_id>/new-item", new.new_item, name="new_item"),
    path("drafts/<uuid:draft_id>/event/<str:code>", event.event, name="event"),
    path("drafts/<uuid:draft_id>/event/<str:code>/palette", event.palette, name="palette"),
    path(
        "drafts/<uuid:draft_id>/event/<str:code>/condition/<str:key>/<str:which>",
        condition.condition,
        name="condition",
    ),
    path("drafts/<uuid:draft_id>/event/<str:code>/preview", preview.preview, name="preview"),
    path("drafts/<uuid:draft_id>/event/<str:code>/preview/<str:mode>", preview.frame, name="frame"),
    path("drafts/<uuid:draft_id>/item/<str:code>", item.item, name="item"),
    path("drafts/<uuid:draft_id>/item/<str:code>/review/<str:which>", review.review, name="review"),
    path("drafts/<uuid:draft_id>/item/<str:code>/ways/<str:key>/<int:place>", ways.ways, name="ways"),
    path(
        "drafts/<uuid:draft_id>/item/<str:code>/condition/<str:key>/<int:place>", within.within, name="within"
    ),
]
