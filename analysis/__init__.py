"""Numeric analysis: studies, their training by the derived equations, results, tables and figures."""
