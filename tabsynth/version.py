"""The version of tabsynth."""

__version__ = "0.1.0"
