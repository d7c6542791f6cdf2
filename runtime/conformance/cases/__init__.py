"""The cases, one file for each topic of the specification."""
