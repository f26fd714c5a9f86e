"""Addresses of accounts under /api/v1/."""

from django.urls import path

from accounts.api import messages, tokens

urlpatterns = [
    path("auth/token/", tokens.Tokens.as_view(), name="api-token"),
    path("auth/token/revoke/", tokens.OwnToken.as_view(), name="api-token-revoke"),
    path("messages/", messages.Messages.as_view(), name="api-messages"),
    path("messages/<int:pk>/read/", messages.MessageRead.as_view(), name="api-message-read"),
]
