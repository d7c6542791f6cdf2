"""refrun: an OCI runtime in pure Python, standard library only, made to be read beside the specification."""

VERSION = "0.1.0"
