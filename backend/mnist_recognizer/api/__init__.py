"""The REST service.

:mod:`.app` puts it together, and :mod:`.gateway` is what every request passes first. Routes are in
:mod:`.routes`, :mod:`.batch_route`, :mod:`.strokes_route`, :mod:`.inference_routes`,
:mod:`.models`, :mod:`.weights`, :mod:`.metrics` and :mod:`.probes`; :mod:`.drawing`, :mod:`.batch`,
:mod:`.pen` and :mod:`.inference` read what is sent to be recognised, :mod:`.problems` says what
went wrong, and :mod:`.server` runs it all.
"""
