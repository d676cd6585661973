"""What results say: a named, typed, tested function for each claim of a chapter."""
