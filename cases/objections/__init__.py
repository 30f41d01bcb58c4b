"""A patient's objection to sharing a case: recorded, lifted, and what it holds back."""
