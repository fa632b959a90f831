"""Synthetic deliveries in the suppliers' own formats: what BOEI, FDVU, Kobo or a home-made workbook would have sent.

Belongs here: native files of small synthetic municipalities, with their truth. Written from what is known of each system and not from its
mapping, so that loading them proves the mapping. Does not belong here: deliveries in the form of the contract (the package above).
"""
