"""Chapters to Markdown, and to notebooks."""
