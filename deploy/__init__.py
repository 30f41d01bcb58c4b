"""How the system is started: the launcher of one machine, the web server's configuration, checks of the code."""
