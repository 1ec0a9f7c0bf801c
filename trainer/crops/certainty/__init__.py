"""How sure an answer is: fitted on places held back, and part of the model's graph."""
