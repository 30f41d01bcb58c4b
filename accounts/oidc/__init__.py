"""Single sign-on by OpenID Connect: to an organisation's identity provider and back. The client is allauth's."""
