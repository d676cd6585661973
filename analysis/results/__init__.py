"""What was measured: stored runs, the frames of a study, statistics over seeds, tables."""
