"""Which submissions of a class are suspiciously alike: pairs, with the evidence for each, for a person to look at.

Nothing that was handed in is run, nothing leaves the machine, and nothing here takes part in grading.
"""
