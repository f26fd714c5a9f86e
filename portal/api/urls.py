"""Addresses of the register and of what is open to everybody, under /api/v1/."""

from django.urls import path

from portal.api import views

urlpatterns = [
    path("entities/", views.Entities.as_view(), name="api-entities"),
    path("entities/<slug:code>/", views.OneEntity.as_view(), name="api-entity"),
    path("public/register/", views.Register.as_view(), name="api-register"),
    path("public/register/<slug:code>/", views.RegisterEntry.as_view(), name="api-register-entry"),
    path("public/notices/", views.Notices.as_view(), name="api-notices"),
    path("public/notices/<int:pk>/", views.OneNotice.as_view(), name="api-notice"),
    path("public/notices/<int:pk>/objections/", views.Objections.as_view(), name="api-object"),
    path("public/verify/<slug:code>/", views.Verify.as_view(), name="api-verify"),
]
