"""One stack of networks from its first weights to its last, by the four equations."""
