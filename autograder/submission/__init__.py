"""Reading what a student handed in, without ever running it."""
