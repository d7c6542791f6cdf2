#!/bin/sh
[ -L "$0" ] && exec "$(readlink -f "$0")" "$@"
exec "${0%/*}/python3" -IS -c 'import sys
here, package = sys.argv[1], "../lib/python%d.%d/site-packages" % sys.version_info[:2]
sys.path.insert(0, here + "/" + package)
from runtime.cli import main
sys.exit(main(sys.argv[2:]))' "${0%/*}" "$@"
