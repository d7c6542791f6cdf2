"""Writes the world; nothing else does."""
