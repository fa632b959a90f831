"""Connectors to published statistics: what people run to bring StatBank tables and Klass code lists into landing.

Belongs here: asking Statistics Norway's interfaces and writing the answers as deliveries. Does not belong here: reading the answers
(``sources``) and judging them (``arrivals``). The night never calls anything here: it needs no network.
"""
