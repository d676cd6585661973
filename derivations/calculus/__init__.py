"""SymPy's rules: the derivative of an activation, and the backpropagation equations."""
