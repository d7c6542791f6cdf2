"""How `refrun` is started: a script of two lines (a wheel brings refrun.sh) that has its own environment's interpreter run it.

Nothing looks a python3 up on PATH (conmon and version shims change it), and `-IS` keeps `site` out, which costs more
than the whole rest of the start.
"""
