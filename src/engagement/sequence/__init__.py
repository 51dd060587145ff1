"""Sequence: what follows what, how long events wait for one another, and how regularly."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
