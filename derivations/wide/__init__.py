"""What a wide random network makes of an activation: means over normal variables, and how they propagate."""
