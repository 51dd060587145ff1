from .reporting import ReportingSensitivity as ReportingSensitivity
from .reporting import reporting_sensitivity as reporting_sensitivity
from .statements import StatedCompleteness as StatedCompleteness
from .trimming import TrimmedWindow as TrimmedWindow
from .trimming import WindowSensitivity as WindowSensitivity
from .trimming import window_sensitivity as window_sensitivity
