"""What is to be trained: studies, runs, data, initial weights; and what is derived for them."""
