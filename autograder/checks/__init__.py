"""What graded checks are made of: what is asked of a function, and how an answer is judged."""
