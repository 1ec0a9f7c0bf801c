"""The child that turns a scan file into a reading; numpy and the runtime live here."""
