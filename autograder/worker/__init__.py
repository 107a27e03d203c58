"""The process that runs student code, and the proxy the grader talks to it through."""
