"""What an activation is: one expression in v, read from text by a whitelist; and the registry."""
