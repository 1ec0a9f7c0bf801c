"""The commands of `terroir`, one file each: parse, one call, print."""
