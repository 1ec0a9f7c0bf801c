"""From series and a model to answers: on any date of the season, at any size."""
