"""What theory predicts of the same networks, and how far they are from it."""
