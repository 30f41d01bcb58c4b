"""The legal basis of sharing: dated rules per country and organisation, what is recorded of a patient, decisions."""
