"""Chapters to Markdown."""
