"""Networks for irregular series: what was not seen stays unseen, days are real days."""
