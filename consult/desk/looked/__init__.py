"""The list of who looked at a patient, made for the patient: on a page to print, and as a PDF."""
