"""What satellites saw of fields: tables in, series of places out."""
