"""Addresses of the citizen's pages."""

from django.urls import path

from tongban.faces.citizen.views import case, catalogue, draft, home, members, my

urlpatterns = [
    path("", home.home, name="home"),
    path("search", home.search, name="search"),
    path("catalogue/", catalogue.overview, name="catalogue"),
    path("catalogue/items/<slug:code>/", catalogue.item, name="item"),
    path("catalogue/departments/<slug:code>/", catalogue.department, name="department"),
    path("catalogue/changes", catalogue.changes, name="changes"),
    path("events/<slug:code>/", home.guide, name="guide"),
    path("events/<slug:code>/start", home.start, name="start"),
    path("drafts/<uuid:application_id>/", draft.resume, name="draft"),
    path("drafts/<uuid:application_id>/consent", draft.consent, name="consent"),
    path("drafts/<uuid:application_id>/known", draft.known, name="known"),
    path("drafts/<uuid:application_id>/pages/<str:key>", draft.page, name="page"),
    path("drafts/<uuid:application_id>/pages/<str:key>/refresh", draft.refresh, name="refresh"),
    path("drafts/<uuid:application_id>/materials/<str:material>", draft.upload, name="upload"),
    path(
        "drafts/<uuid:application_id>/uploads/<uuid:upload_id>/remove",
        draft.remove_upload,
        name="remove_upload",
    ),
    path("drafts/<uuid:application_id>/items/<slug:item>", draft.leave_out, name="leave_out"),
    path("drafts/<uuid:application_id>/people/<slug:role>", members.change_members, name="members"),
    path("drafts/<uuid:application_id>/check", draft.check, name="check"),
    path("drafts/<uuid:application_id>/newer", draft.newer, name="newer"),
    path("drafts/<uuid:application_id>/discard", draft.discard, name="discard"),
    path("cases/<uuid:application_id>/", case.progress, name="case"),
    path("cases/<uuid:application_id>/live", case.live, name="case_live"),
    path("cases/<uuid:application_id>/receipt", case.receipt, name="receipt"),
    path("cases/<uuid:application_id>/corrections/<uuid:correction_id>", case.correction, name="correction"),
    path("cases/<uuid:application_id>/documents/<str:key>", case.document, name="document"),
    path("cases/<uuid:application_id>/results", case.results, name="results"),
    path("cases/<uuid:application_id>/withdraw", case.withdraw, name="withdraw"),
    path("my/", my.mine, name="my"),
    path("my/reads", my.reads, name="reads"),
]
