"""Change points: the best segmentation, the exact posterior, the test, and the table of all."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
