"""`make audit`: the grader proves itself. Right answers pass, wrong ones fail where they should, mutants die."""
