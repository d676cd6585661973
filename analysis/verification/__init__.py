"""Whether the code does what the equations say, and networks keep to what is proven."""
