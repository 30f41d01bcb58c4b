"""Specimen parts, blocks and slides: what the laboratory holds of a case, as identified objects."""

from functools import partial
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from core import terms
from core.ids import new_id


class Specimen(models.Model):
    """A specimen part of a case, labelled A, B, ... within it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="specimens", verbose_name=_("case"))
    label = models.CharField(_("part"), max_length=10)
    type = models.CharField(_("type"), max_length=30, choices=partial(terms.choices, "specimen_types"))
    site = models.CharField(_("site"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("specimen part")
        verbose_name_plural = _("specimen parts")
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "label"], name="cases_part_once")]
        ordering: ClassVar = ["label", "id"]

    def __str__(self) -> str:
        return self.label


class Block(models.Model):
    """A paraffin block of a part, labelled A1, A2, ..."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    specimen = models.ForeignKey(Specimen, models.CASCADE, related_name="blocks", verbose_name=_("part"))
    label = models.CharField(_("block"), max_length=10)

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints: ClassVar = [models.UniqueConstraint(fields=["specimen", "label"], name="cases_block_once")]
        ordering: ClassVar = ["label", "id"]

    def __str__(self) -> str:
        return self.label


class Slide(models.Model):
    """A stained section of a block, or, without a block, of a part (cytology). `case` is that of its specimen."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="slides", verbose_name=_("case"))
    specimen = models.ForeignKey(Specimen, models.CASCADE, related_name="slides", verbose_name=_("part"))
    block = models.ForeignKey(
        Block, models.CASCADE, null=True, blank=True, related_name="slides", verbose_name=_("block")
    )
    label = models.CharField(_("slide"), max_length=30)
    stain = models.CharField(_("stain"), max_length=20, choices=partial(terms.labelled, "stains"))
    level = models.CharField(_("level"), max_length=10, blank=True)
    note = models.CharField(_("what it shows"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("slide")
        verbose_name_plural = _("slides")
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "label"], name="cases_slide_once")]
        ordering: ClassVar = ["label", "id"]

    def __str__(self) -> str:
        return self.label
