# %% [markdown]
# ### NUMBER TITLE
#
# TODO: the idea, with its formula, and what to write.


# %%
def FUNCTION(x: Tensor) -> Tensor:
    """TODO: what it computes, in one sentence.

    Args:
        x: TODO: shape and dtype.

    Returns:
        TODO: shape and dtype. The argument is left as it is.
    """
    # BEGIN SOLUTION
    return 1.0 * x  # TODO: the reference
    # END SOLUTION


# %%
PROJECT.check(FUNCTION)

