"""The REST service.

:mod:`.app` puts it together. Routes are in :mod:`.routes`, :mod:`.batch_route`,
:mod:`.strokes_route`, :mod:`.inference_routes`, :mod:`.weights` and :mod:`.probes`;
:mod:`.drawing`, :mod:`.batch`, :mod:`.pen` and :mod:`.inference` read what is sent to be
recognised, :mod:`.problems` says what went wrong, and :mod:`.server` runs it all.
"""
