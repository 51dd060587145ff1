"""Settings of functions: checked in one place, with seeds and generators."""
