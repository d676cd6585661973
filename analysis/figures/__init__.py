"""Every picture: the style, and one file for each kind."""
