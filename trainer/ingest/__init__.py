"""Receive what devices send: judge it, commit it, and only then give a receipt."""
