"""How fast networks train, and what a larger study would cost."""
