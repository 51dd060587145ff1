"""What else could explain a change: a change in reporting, or the ends of the window."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
