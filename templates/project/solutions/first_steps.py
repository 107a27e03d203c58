# %% [markdown]
# # NAME, part 1: warming up
#
# What this notebook is about, in a few sentences.
#
# **What you build**, and what it is worth ({points} points together):
#
# {tasks}
#
# **What you run.** Every cell, from the top. Under each task comes a cell `NAME.check(...)`, which asks your function a
# few small questions. Gradescope asks more and harder ones, so passing here is needed but not enough.
#
# **Rules.** Write only between the two lines that mark where your code goes; add and delete no cells; keep the outputs;
# before you hand in, restart and run all cells.

# %%
# {set-up}

# %%
import torch
from torch import Tensor

import NAME
from NAME import plots

# %% [markdown]
# ### 1.1 Accuracy, class by class
#
# *About 15 minutes.*
#
# One number for all classes hides which of them are confused. Of the $n_c$ examples that truly are of class $c$, let
# $h_c$ have been called so; the accuracy of the class is $a_c = h_c / n_c$, and 0 where there are no examples.
#
# Write `class_accuracies`.


# %%
def class_accuracies(y_pred: Tensor, y_true: Tensor, num_classes: int) -> Tensor:
    """The share of right predictions among the examples of each class.

    Args:
        y_pred: predicted classes in [0, C), int64, (N,).
        y_true: true classes in [0, C), int64, (N,).
        num_classes: C.

    Returns:
        Fractions, float64, (C,); 0 for a class without examples. The arguments are left as they are.
    """
    # BEGIN SOLUTION
    hits = torch.bincount(y_true[y_pred == y_true], minlength=num_classes)
    there = torch.bincount(y_true, minlength=num_classes)
    return hits.double() / there.clamp(min=1)
    # END SOLUTION


# %%
NAME.check(class_accuracies)

# %% [markdown]
# Expected: bars of very different lengths around the same average.

# %%
y_true = torch.arange(300) % 3
y_pred = torch.where(torch.rand(300, generator=torch.Generator().manual_seed(0)) < (y_true + 1) / 4, y_true, 0)
plots.bars(class_accuracies(y_pred, y_true, 3), ["first", "second", "third"], float((y_pred == y_true).double().mean()))

# %% [markdown]
# ## Hand in
#
# `check_all` runs all public checks once more. Then save the notebook, fill in your uniquename and UMID, and run the
# last cell. It looks at your work and then makes the zip file. Unfinished work may be handed in.

# %%
NAME.check_all()

# %%
from NAME import submit

made = submit.make_zip(uniquename="", umid="")
