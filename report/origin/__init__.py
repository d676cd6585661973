"""What a report is made from: the checkout, the machine, the results."""
