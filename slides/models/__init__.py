"""The images of slides and who opened them."""

from slides.models.image import SlideImage
from slides.models.opening import SlideOpening

__all__ = ["SlideImage", "SlideOpening"]
