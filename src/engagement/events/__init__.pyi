from .coverage import Observed as Observed
