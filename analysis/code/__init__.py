"""A SymPy activation as code that trains: which form of it is accurate, and the calls that compute it."""
