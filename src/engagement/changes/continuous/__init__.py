"""Changes among events whose days are known."""
