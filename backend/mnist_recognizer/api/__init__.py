"""The REST service.

:mod:`.app` puts it together, :mod:`.routes` answers, :mod:`.drawing` reads what is sent to be
recognised, :mod:`.problems` says what went wrong, and :mod:`.server` runs it all.
"""
