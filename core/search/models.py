"""The one table that a search reads: which words and numbers lead whom to what."""

from typing import ClassVar

from django.db import models

LONGEST = 60  # signs of a key; longer ones are compared by their beginning


class SearchKey(models.Model):
    """One key of one thing for one scope: an organisation whose roles see it, or a person it was opened to.

    The primary key is the index that is read: within a scope by key, the newest first (`rank` falls with time), so that
    a page of results reads a page of the index, however many cases there are. Rows are derived: `keep.refresh` makes
    them equal to what the rooms say, and what they lead to is asked for again with the actor's rights.
    """

    pk = models.CompositePrimaryKey("noun", "scope", "key", "rank", "target")
    noun = models.CharField(max_length=10)
    scope = models.UUIDField()
    key = models.CharField(max_length=LONGEST, db_collation="C")
    rank = models.BigIntegerField()
    target = models.UUIDField()
    about = models.UUIDField()  # the case or patient from which the row is derived

    class Meta:
        indexes: ClassVar = [models.Index(fields=["about"], name="search_about")]
