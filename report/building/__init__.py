"""Builds the report, or finds that nothing has changed."""
