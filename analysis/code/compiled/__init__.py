"""Generated code as C, and C as a library of this process."""
