"""A row and an event: columns, layouts, cells."""
