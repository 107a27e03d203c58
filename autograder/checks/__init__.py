"""The graded checks: what is asked of each function, and how an answer is judged."""
