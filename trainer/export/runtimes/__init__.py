"""The runtimes of devices, as far as this machine has them, to judge graphs by."""
