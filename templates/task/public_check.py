

@public_check("FUNCTION")
def FUNCTION_by_hand(FUNCTION: Callable[..., Any]) -> None:
    """TODO: a small question with a published answer"""
    x = torch.tensor([1.0, 2.0], dtype=torch.float64)
    expected = torch.tensor([1.0, 2.0], dtype=torch.float64)  # TODO: worked out by hand
    compare.close("the answer", FUNCTION(x), expected, 1e-9, "TODO: one line of help")
