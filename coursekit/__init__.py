"""What students of every project need: public checks, comparisons, gradient tools, the data set, the submission zip."""
