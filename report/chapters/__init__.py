"""Literate Python: prose first, then the few lines that answer it; report.toml has the order."""
