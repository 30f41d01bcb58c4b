"""All signed text: versions, signatures, amendments, the document and its release."""
