"""Events counted on named axes, with exposure beside every count."""
