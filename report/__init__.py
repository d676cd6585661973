"""The report: chapters are run and woven to Markdown, then typeset as PDF, LaTeX and HTML."""
