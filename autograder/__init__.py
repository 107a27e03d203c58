"""Grades DeepRob Project 1: reads a submission, asks its functions questions in a worker, and reports."""
