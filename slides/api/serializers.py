"""How a slide looks in the API: as the viewer gets it, without names of files."""

from typing import Any

from rest_framework import serializers


class LevelSerializer(serializers.Serializer[Any]):
    """One resolution, in its own pixels."""

    width = serializers.IntegerField()
    height = serializers.IntegerField()
    tile_width = serializers.IntegerField()
    tile_height = serializers.IntegerField()


class ShownSerializer(serializers.Serializer[Any]):
    """Which case and patient the caller had in front of them: the versions that reading the slide gave."""

    case = serializers.IntegerField(min_value=1)
    patient = serializers.IntegerField(min_value=1)


class TakeOffSerializer(serializers.Serializer[Any]):
    """Why an image is taken off its slide."""

    seen = ShownSerializer()
    reason = serializers.CharField(max_length=500)


class RemarkSerializer(serializers.Serializer[Any]):
    """What was noticed about an image that can be shown all the same."""

    short = serializers.CharField()
    text = serializers.CharField()


class SlideSerializer(serializers.Serializer[Any]):
    """One slide. Width, height, scale and addresses are there only where status is ready."""

    id = serializers.UUIDField()
    case = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # the field's name is the slide's, not the form's
    part = serializers.CharField()
    site = serializers.CharField()
    block = serializers.CharField()
    stain = serializers.CharField()
    level = serializers.CharField()
    note = serializers.CharField()
    opened = serializers.BooleanField(help_text="Whether the caller has opened it, with the image that it has now.")
    seen = ShownSerializer(help_text="What a write to the slide sends back.")
    status = serializers.CharField(help_text="glass, waiting, preparing, ready or unreadable.")
    status_text = serializers.CharField()
    progress = serializers.IntegerField(help_text="Of preparing, in per cent.")
    step = serializers.CharField()
    problem = serializers.CharField(help_text="Why it cannot be shown, and what to do.")
    version = serializers.CharField(help_text="Of the pixels; part of every tile's address.")
    width = serializers.IntegerField(required=False)
    height = serializers.IntegerField(required=False)
    mpp = serializers.FloatField(required=False, allow_null=True, help_text="µm per pixel; null where not known.")
    objective = serializers.FloatField(required=False, allow_null=True)
    levels = LevelSerializer(many=True, help_text="Full resolution first.")
    tiles = serializers.CharField(required=False, help_text="Address with {level}, {x}, {y}; level 0 is the full one.")
    thumbnail = serializers.CharField(required=False)
    colour = serializers.CharField()
    warnings = RemarkSerializer(many=True, help_text="What is not as one would expect of a scanned slide.")
