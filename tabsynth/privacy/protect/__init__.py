"""Value protection: what few subjects hold is replaced before training. Knows no codec but that of numbers."""

from tabsynth.privacy.protect.listing import listed_categories
from tabsynth.privacy.protect.protection import protect

__all__ = ["listed_categories", "protect"]
