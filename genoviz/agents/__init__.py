"""For programs that converse: genoviz as tools over the Model Context Protocol, the same numbers as pages and commands."""
