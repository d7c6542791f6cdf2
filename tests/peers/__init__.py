"""The table of features beside other runtimes: asked, tried on this kernel, and written down with versions and date."""
