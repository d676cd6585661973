"""Appendices: the atlas, the checks, the speed, the cost of more, and how the report was made."""
