"""Sign models and serve them to the devices of their farm, and to nobody else."""
