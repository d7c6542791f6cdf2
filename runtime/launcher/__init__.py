"""How `refrun` is started: a script of two lines that has this environment's own interpreter run compiled code.

Nothing looks a python3 up on PATH (conmon and version shims change it), and `-IS` keeps `site` out, which costs more
than the whole rest of the start.
"""
