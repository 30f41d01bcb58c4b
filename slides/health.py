"""Whether the files of a ready image are still as they were prepared."""

from slides.models import SlideImage
from slides.sources.prepared import PreparedSlide
from slides.sources.protocol import SourceChangedError, SourceUnavailableError, UnpreparedError

CHANGED, UNPREPARED, MISSING = "changed", "unprepared", "missing"


def fault_of(image: SlideImage) -> str:
    """'' where its pixels can be had; CHANGED where the file is another one by now, UNPREPARED where what was made of
    it is incomplete, MISSING where the file is not there, which may pass: the whole disk may be away for a moment.
    """
    try:
        PreparedSlide(image.prepared_root / image.content_version, image.source, None)
    except SourceChangedError:
        return CHANGED
    except UnpreparedError:
        return UNPREPARED
    except SourceUnavailableError:
        return MISSING
    return ""
