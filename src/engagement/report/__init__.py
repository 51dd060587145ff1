"""The report on a log or on counts, its page, and the command line."""
