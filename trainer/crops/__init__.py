"""What grows where: crops from satellite series, learned, told in season and mapped."""
