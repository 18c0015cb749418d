"""All addresses of the platform: one line per face or room."""

from django.urls import include, path

from tongban.runtime.api import ruled_urls

urlpatterns = [
    path("api/", ruled_urls()),
    path("", include("tongban.faces.common.urls")),
    path("", include("tongban.faces.citizen.urls")),
    path("workbench/", include("tongban.faces.workbench.urls")),
    path("flows/", include("tongban.faces.flows.urls")),
    path("designer/", include("tongban.faces.designer.urls")),
]

handler400 = "tongban.faces.common.problems.bad_request"
handler403 = "tongban.faces.common.problems.permission_denied"
handler404 = "tongban.faces.common.problems.page_not_found"
handler500 = "tongban.faces.common.problems.server_error"
