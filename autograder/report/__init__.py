"""Pure renderers of a Report: Gradescope JSON, terminal, HTML."""
