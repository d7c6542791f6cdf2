"""The commands, a file for each group; main.py puts them together."""
