"""Addresses of the workbench."""

from django.urls import path

from tongban.faces.workbench.views import correction, decision, errand, giving, inbox, joint, task

app_name = "workbench"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("post", inbox.choose_post, name="post"),
    path("accept", inbox.accept_several, name="accept_several"),
    path("errands/<uuid:application_id>/<slug:token>/", errand.errand, name="errand"),
    path("errands/<uuid:application_id>/<slug:token>/claim", errand.claim, name="errand_claim"),
    path("errands/<uuid:application_id>/<slug:token>/word", errand.say, name="errand_say"),
    path("errands/<uuid:application_id>/<slug:token>/report", errand.report, name="errand_report"),
    path("errands/<uuid:application_id>/<slug:token>/done", errand.complete, name="errand_complete"),
    path("dispatches/<uuid:dispatch_id>/", task.task, name="task"),
    path("dispatches/<uuid:dispatch_id>/flow", task.flow, name="flow"),
    path("dispatches/<uuid:dispatch_id>/claim", task.claim, name="claim"),
    path("dispatches/<uuid:dispatch_id>/release", task.release, name="release"),
    path("dispatches/<uuid:dispatch_id>/accept", task.accept, name="accept"),
    path("dispatches/<uuid:dispatch_id>/reassign", giving.reassign, name="reassign"),
    path("assignment", giving.desk, name="assignment"),
    path("dispatches/<uuid:dispatch_id>/joint", joint.joint, name="joint"),
    path("dispatches/<uuid:dispatch_id>/signature", joint.sign, name="sign"),
    path("dispatches/<uuid:dispatch_id>/files/<uuid:file_id>", task.file, name="file"),
    path("dispatches/<uuid:dispatch_id>/correction", correction.correction, name="correction"),
    path("dispatches/<uuid:dispatch_id>/decision", decision.decision, name="decision"),
]
