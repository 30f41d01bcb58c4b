"""The one box: patients, cases, requests, reports, people and where to go, each as far as the actor may know."""
