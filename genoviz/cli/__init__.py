"""The command `genoviz`: one module per group of commands. It works without the page."""
