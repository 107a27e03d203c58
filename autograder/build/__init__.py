"""From the masters to what ships: notebooks, the student zip, the grader zip, and its proof."""
