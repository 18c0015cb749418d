"""Addresses of this part of the designer."""

from django.urls import URLPattern, path

from tongban.faces.designer.drafts.views import deciding, draft, file, lists, tryout, versions

app_name = "drafts"
urlpatterns: list[URLPattern] = [
    path("", lists.drafts, name="list"),
    path("new", lists.new, name="new"),
    path("drafts/<uuid:draft_id>/", draft.draft, name="draft"),
    path("drafts/<uuid:draft_id>/rename", draft.rename, name="rename"),
    path("drafts/<uuid:draft_id>/discard", draft.discard, name="discard"),
    path("drafts/<uuid:draft_id>/take-up", draft.take_up, name="take_up"),
    path("drafts/<uuid:draft_id>/make", draft.make, name="make"),
    path("drafts/<uuid:draft_id>/step", draft.step, name="step"),
    path("drafts/<uuid:draft_id>/comment", draft.comment, name="comment"),
    path("drafts/<uuid:draft_id>/comments/<uuid:comment_id>", draft.resolve, name="resolve"),
    path("drafts/<uuid:draft_id>/review", deciding.review, name="review"),
    path("drafts/<uuid:draft_id>/submit", deciding.submit, name="submit"),
    path("drafts/<uuid:draft_id>/withdraw", deciding.withdraw, name="withdraw"),
    path("drafts/<uuid:draft_id>/decide", deciding.decide, name="decide"),
    path("drafts/<uuid:draft_id>/rebase", deciding.rebase, name="rebase"),
    path("drafts/<uuid:draft_id>/file/<str:kind>/<path:code>", file.file, name="file"),
    path("drafts/<uuid:draft_id>/tryout", tryout.tryout, name="tryout"),
    path("versions", versions.versions, name="versions"),
    path("versions/compare", versions.compare, name="compare"),
    path("versions/<slug:version>/again", versions.roll_back, name="roll_back"),
]
