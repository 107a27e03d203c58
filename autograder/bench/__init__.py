"""`make bench`: what grading costs, as ratios within one run, because machines differ and drift."""
