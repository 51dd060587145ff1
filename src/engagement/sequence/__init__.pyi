from .following import Following as Following
from .following import LeadLag as LeadLag
from .leading import lead_lag as lead_lag
from .recurrence import KeptRhythm as KeptRhythm
from .recurrence import check_recurrence as check_recurrence
from .waiting import Wait as Wait
from .waiting import WaitingTimes as WaitingTimes
from .waiting import waiting_times as waiting_times
