"""The addresses of the room's API."""

from django.urls import path

from slides.api.views import ClosedView, OpenedView, RetryView, SlideView, TakeOffView

urlpatterns = [
    path("slides/<uuid:slide_id>", SlideView.as_view(), name="api-slide"),
    path("slides/<uuid:slide_id>/opened", OpenedView.as_view(), name="api-slide-opened"),
    path("slides/<uuid:slide_id>/closed", ClosedView.as_view(), name="api-slide-closed"),
    path("slides/<uuid:slide_id>/retry", RetryView.as_view(), name="api-slide-retry"),
    path("slides/<uuid:slide_id>/take-off", TakeOffView.as_view(), name="api-slide-take-off"),
]
