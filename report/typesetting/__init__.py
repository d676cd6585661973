"""Markdown to documents: Pandoc converts, Typst and LaTeX compile."""
