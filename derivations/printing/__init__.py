"""One derivation for eyes, ears and machines: its steps, and formulas in TeX, Typst, text and words."""
