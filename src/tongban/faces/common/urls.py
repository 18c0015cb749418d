"""Addresses of the pages that belong to no face."""

from django.urls import path

from tongban.faces.common import views

urlpatterns = [
    path("language", views.language, name="language"),
    path("mode", views.mode, name="mode"),
    path("login", views.sign_in, name="login"),
    path("logout", views.sign_out, name="logout"),
    path("help", views.help_page, name="help"),
]
