"""Countries as tables write them: by code, number or name; and groups of them."""
