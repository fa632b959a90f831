"""KOSTRA's controls: the list of them, their conditions, and the report of what they found.

Belongs here: what Statistics Norway's controls of forms 11F and 11CF and of the accounts ask of a file.
Does not belong here: cutting records (``orchestration.sources.position_file``) and taking files in (``orchestration.arrivals``).
"""
