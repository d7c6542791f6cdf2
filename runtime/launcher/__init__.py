"""How `refrun` is started: a two-line /bin/sh script that executes this environment's own interpreter on compiled code.

Nothing looks a python3 up on PATH (conmon and version shims change it), and `-IS` keeps `site` out, which costs more
than the whole rest of the start.
"""
