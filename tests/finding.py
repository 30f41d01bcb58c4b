"""What must be there: a passage in a page or a mail, with an answer that says what was looked for if it is not."""

import re


def found(pattern: str, text: str, flags: re.RegexFlag = re.NOFLAG) -> re.Match[str]:
    """The first place that matches; AssertionError where there is none."""
    match = re.search(pattern, text, flags)
    assert match is not None, f"{pattern} is not in {text[:2000]}"
    return match
