"""The OpenAPI document of the API and the pages that show it."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class SchemaView(SpectacularAPIView):
    """The document itself; open, as the API checks every call."""

    access = "public"


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from the installed package, with its script and style out of the page."""

    access = "public"
    template_name = "api/docs.html"
    url_name = "api-schema"


urlpatterns = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
]
