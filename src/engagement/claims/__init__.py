"""Claims: what a document says of its subject, and whether a log of events bears it out."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
