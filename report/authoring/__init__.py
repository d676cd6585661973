"""All that a chapter imports."""
