"""The OpenAPI document of the API and the pages that show it."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class SchemaView(SpectacularAPIView):
    """The document itself; open, as the API checks every call."""

    access = "public"


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from the installed package; the split view keeps its script out of the page."""

    access = "public"
    url_name = "api-schema"


urlpatterns = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
]
