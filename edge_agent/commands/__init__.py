"""What a person may ask of the device, one file a command.

Nothing heavy is imported before the command that needs it runs.
"""
