"""Intensity: how often events come, how sure that is, and how it runs over time."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
