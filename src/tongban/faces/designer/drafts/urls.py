"""Addresses of this part of the designer."""

from django.urls import URLPattern, path

from tongban.faces.designer.drafts.views import draft, lists

app_name = "drafts"
urlpatterns: list[URLPattern] = [
    path("", lists.drafts, name="list"),
    path("new", lists.new, name="new"),
    path("drafts/<uuid:draft_id>/", draft.draft, name="draft"),
    path("drafts/<uuid:draft_id>/rename", draft.rename, name="rename"),
    path("drafts/<uuid:draft_id>/discard", draft.discard, name="discard"),
    path("drafts/<uuid:draft_id>/take-up", draft.take_up, name="take_up"),
    path("drafts/<uuid:draft_id>/step", draft.step, name="step"),
    path("drafts/<uuid:draft_id>/comment", draft.comment, name="comment"),
    path("drafts/<uuid:draft_id>/comments/<uuid:comment_id>", draft.resolve, name="resolve"),
]
