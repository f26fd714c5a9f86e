"""Addresses of accounts under /api/v1/."""

from django.urls import path

from accounts.api import tokens

urlpatterns = [
    path("auth/token/", tokens.Tokens.as_view(), name="api-token"),
    path("auth/token/revoke/", tokens.OwnToken.as_view(), name="api-token-revoke"),
]
