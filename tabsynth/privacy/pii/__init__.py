"""Personal data: found on this machine, shown to the user, replaced by stand-ins before training."""

from tabsynth.errors import PrivacyError
from tabsynth.privacy.pii.detect import find_pii
from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.replace import Replacer
from tabsynth.privacy.pii.report import PiiReport
from tabsynth.privacy.pii.secret import Secret

__all__ = ["Entity", "PiiReport", "PrivacyError", "Replacer", "Secret", "find_pii"]
