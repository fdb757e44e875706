"""The REST service.

:mod:`.app` puts it together, :mod:`.routes` and :mod:`.probes` answer, :mod:`.drawing` reads what
is sent to be recognised, :mod:`.problems` says what went wrong, and :mod:`.server` runs it all.
"""
