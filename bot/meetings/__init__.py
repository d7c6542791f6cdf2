"""Text to a Meeting: what was said becomes minutes, by rules alone."""
