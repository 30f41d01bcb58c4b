"""Label and macro photograph of a made slide, with an invented person on them: what must never leak, to look for."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

# Nobody's name, birth date or number.
FAKE_NAME = "TESTPATIENT, Ada Q."
FAKE_BIRTH = "1901-02-03"
FAKE_NUMBER = "T26-000042"
LABEL_SIZE = (600, 520)
MACRO_SIZE = (1280, 431)
# Colours that occur nowhere on a slide, so that a single leaked pixel can be recognised.
LABEL_PAPER = (255, 246, 130)
LABEL_BAND = (0, 90, 255)


def draw_label() -> Image.Image:
    """A paper label: coloured band, name, birth date, number."""
    label = Image.new("RGB", LABEL_SIZE, LABEL_PAPER)
    draw = ImageDraw.Draw(label)
    draw.rectangle((0, 0, LABEL_SIZE[0], 90), fill=LABEL_BAND)
    for number, text in enumerate((FAKE_NAME, FAKE_BIRTH, FAKE_NUMBER, "1 A  HE")):
        draw.text((30, 130 + 90 * number), text, fill=(10, 10, 10), font=ImageFont.load_default(size=52))
    return label


def draw_macro(slide: Image.Image, label: Image.Image) -> Image.Image:
    """The overview photograph of the glass: tissue on the left, the label on its right end."""
    macro = Image.new("RGB", MACRO_SIZE, (205, 208, 212))
    height = MACRO_SIZE[1]
    side = height - 40
    macro.paste(slide.resize((side, side)), (120, 20))
    turned = label.resize((round(LABEL_SIZE[0] * height / LABEL_SIZE[1]), height))
    macro.paste(turned, (MACRO_SIZE[0] - turned.width, 0))
    return macro
