"""Whether anything is to be done, and doing it."""
