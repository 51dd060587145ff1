from .observed import Observed as Observed
