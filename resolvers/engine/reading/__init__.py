"""How a selection is declared, planned as one statement, and answered."""
