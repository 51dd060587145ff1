from .forecasts import Forecast as Forecast
from .forecasts import forecast as forecast
from .scores import log_score as log_score
from .scores import ranked_probability_score as ranked_probability_score
