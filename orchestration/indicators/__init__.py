"""The catalogue of indicators in words and pictures: what each one is, what breaks its series, and what cannot be computed.

Belongs here: reading the seeds of the catalogue, the page of the repository and the page of a release. Does not belong here: any figure
that is counted; those are dbt models.
"""
