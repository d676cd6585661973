"""Ranges as theorems: searched for, written down as certificates, and checked without trust in the search."""
