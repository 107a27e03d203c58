"""What counts and what is shown: an assignment's policies, put to the dates of a submission."""
