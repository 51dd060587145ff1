"""The command line, for those who start it as ``python -m engagement``."""

import sys

from engagement.report.cli import main

sys.exit(main())
