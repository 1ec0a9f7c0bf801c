"""Who is who: the authority, certificates, and what the broker allows to whom."""
