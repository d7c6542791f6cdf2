"""`python -m runtime` and the launcher: refrun's command line."""

import sys

if __name__ == "__main__":
    from runtime.cli import main

    sys.exit(main(sys.argv[1:]))
