"""The rooms in which pathologists consult each other: reports, requests, boards and the desk."""
