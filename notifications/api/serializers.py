"""How notifications look in the API."""

from typing import Any

from rest_framework import serializers


class NotificationSerializer(serializers.Serializer[Any]):
    """One notification. `subject` is the id of what it is about, `url` the page."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    subject = serializers.UUIDField()
    sentence = serializers.CharField(help_text="In the caller's language, without patient data.")
    url = serializers.CharField()
    urgent = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class NotificationPageSerializer(serializers.Serializer[Any]):
    """A page of the inbox, newest first. `before` continues it; null on the last page."""

    unread = serializers.IntegerField(help_text="100 at most are counted.")
    results = NotificationSerializer(many=True)
    before = serializers.UUIDField(allow_null=True)


class PageQuery(serializers.Serializer[Any]):
    """Which page."""

    before = serializers.UUIDField(required=False, default=None, help_text="As in the page before.")
    unread = serializers.BooleanField(required=False, default=False, help_text="Leave out what was read.")


class MarkReadSerializer(serializers.Serializer[Any]):
    """What to mark as read; without ids everything."""

    ids = serializers.ListField(child=serializers.UUIDField(), required=False, allow_null=True, default=None)


class MarkedSerializer(serializers.Serializer[Any]):
    """How many were marked."""

    marked = serializers.IntegerField()
