"""The values that events are made of: dates, places, countries, terms, topics, money."""
