"""From promoted Parquet to the schema that dbt reads.

Belongs here: making a build's raw schema. Does not belong here: reading deliveries (``arrivals``) or transforming them (dbt).
"""
