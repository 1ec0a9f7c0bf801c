"""The cloud: learn globally, fit each farm, publish, ingest, show."""
