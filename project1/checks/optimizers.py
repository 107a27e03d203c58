"""Public checks of the optimizers part: a few steps from a published start, against published numbers.

Every trajectory minimizes the same bowl, f(w) = 1/2 * sum(CURVATURE * w * w), so the gradient at w is CURVATURE * w.
Only w is compared. What an optimizer keeps in its config is its own affair: the config it returns is handed back
as it came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from coursekit import compare
from project1.checks import public_check

Optimizer = Callable[..., Any]
Rows = list[list[float]]

ATOL = 1e-8
START = torch.tensor([[1.0, -2.0], [0.5, 3.0]], dtype=torch.float64)
CURVATURE = torch.tensor([[1.0, 10.0], [0.1, 3.0]], dtype=torch.float64)

RETURNS = "end with: return next_w, config"
KEPT = "step 1 is right, so look at what is kept from step to step: is the new state written into config?"


def follow(
    optimizer: Optimizer,
    config: dict[str, Any] | None,
    expected: list[Rows],
    first: str,
    later: str,
    mistakes: Sequence[tuple[Rows, str]] = (),
) -> None:
    """Raise unless the optimizer, started at START, visits the expected points.

    Args:
        optimizer: name(w, dw, config) -> (next_w, config).
        config: the hyperparameters of the first call.
        expected: w after step 1, after step 2, and so on.
        first: the line of help when step 1 is wrong.
        later: the line of help when a later step is.
        mistakes: what known mistakes make of step 1, and the line of help that takes the place of `first` then.

    Raises:
        AssertionError: at the first step that is wrong.
    """
    w, config = START.clone(), None if config is None else dict(config)
    for t, rows in enumerate(expected, start=1):
        answer = optimizer(w, CURVATURE * w, config)
        if not isinstance(answer, (tuple, list)) or len(answer) != 2:
            raise AssertionError(f"two values were expected, next_w and config; got {_kind(answer)}.\n{RETURNS}")
        next_w, config = answer
        if t == 1:
            first = next((hint for wrong, hint in mistakes if _near(next_w, wrong)), first)
        first, later = (_turned(next_w, w, rows) or hint for hint in (first, later))
        compare.close(
            f"w after step {t}",
            next_w,
            torch.tensor(rows, dtype=torch.float64),
            ATOL,
            first if t == 1 else later,
        )
        w = next_w.detach().clone()


def _turned(next_w: Any, w: Tensor, rows: Rows) -> str:
    """What to say of a step that goes the opposite way; "" of any other."""
    wanted = torch.tensor(rows, dtype=torch.float64) - w
    if not isinstance(next_w, Tensor) or next_w.shape != w.shape:
        return ""
    turned = torch.allclose(next_w.detach().double() - w, -wanted, rtol=1e-4, atol=1e-9)
    return "this step is as long as it should be, but goes the opposite way: is a sign turned?" if turned else ""


def _near(got: Any, rows: Rows) -> bool:
    wrong = torch.tensor(rows, dtype=torch.float64)
    return isinstance(got, Tensor) and got.shape == wrong.shape and torch.allclose(got.detach().double(), wrong)


def _kind(answer: Any) -> str:
    if isinstance(answer, (tuple, list)):
        return f"{len(answer)} values"
    if isinstance(answer, Tensor):
        return f"a tensor of shape {tuple(answer.shape)}"
    return "None" if answer is None else f"a value of type {type(answer).__name__}"


def follow_twice(optimizer: Optimizer, expected: list[Rows], first: str, later: str) -> None:
    """Raise unless two fresh starts with config=None both visit the expected points."""
    follow(optimizer, None, expected, first, later)
    again = "the second fresh start (config=None) went another way: keep state in config only, not in a global."
    follow(optimizer, None, expected, again, again)


@public_check("sgd")
def sgd_defaults(sgd: Optimizer) -> None:
    """three steps with the defaults"""
    follow_twice(
        sgd,
        [
            [[0.99, -1.8], [0.4995, 2.91]],
            [[0.9801, -1.62], [0.4990005, 2.8227]],
            [[0.970299, -1.458], [0.4985014995, 2.738019]],
        ],
        "go against the gradient, learning_rate (default 1e-2) times its length.",
        "sgd has no state: every step is the same formula.",
    )


@public_check("sgd")
def sgd_hyperparameters(sgd: Optimizer) -> None:
    """the learning rate is read from config, and is still there at the next step"""
    follow(
        sgd,
        {"learning_rate": 0.05},
        [[[0.95, -1.0], [0.4975, 2.55]], [[0.9025, -0.5], [0.4950125, 2.1675]]],
        'is config["learning_rate"] used where there is one?',
        "the config that is returned must still hold the learning rate.",
    )


@public_check("sgd_momentum")
def sgd_momentum_defaults(sgd_momentum: Optimizer) -> None:
    """four steps with the defaults"""
    follow_twice(
        sgd_momentum,
        [
            [[0.99, -1.8], [0.4995, 2.91]],
            [[0.9711, -1.44], [0.4985505, 2.7417]],
            [[0.944379, -0.972], [0.4971973995, 2.507979]],
            [[0.91088631, -0.4536], [0.4954824117, 2.22239073]],
        ],
        "the velocity starts at zero, so step 1 is a step of plain sgd.",
        KEPT,
    )


@public_check("sgd_momentum")
def sgd_momentum_hyperparameters(sgd_momentum: Optimizer) -> None:
    """learning rate and momentum are read from config"""
    follow(
        sgd_momentum,
        {"learning_rate": 0.05, "momentum": 0.5},
        [
            [[0.95, -1.0], [0.4975, 2.55]],
            [[0.8775, 0.0], [0.4937625, 1.9425]],
            [[0.797375, 0.5], [0.4894249375, 1.347375]],
        ],
        'is config["learning_rate"] used where there is one?',
        'is config["momentum"] used, and does the velocity keep momentum times its old value?',
    )


@public_check("nesterov_momentum")
def nesterov_momentum_defaults(nesterov_momentum: Optimizer) -> None:
    """four steps with the defaults"""
    follow_twice(
        nesterov_momentum,
        [
            [[0.981, -1.62], [0.49905, 2.829]],
            [[0.954261, -1.1502], [0.497696805, 2.594847]],
            [[0.920893941, -0.654642], [0.4959824506, 2.312586021]],
            [[0.881954952, -0.18777582], [0.4939450921, 1.9967946057]],
        ],
        "step 1 goes (1 + momentum) times as far as sgd: w is the look-ahead point (the changed variable).",
        "the step is the new velocity plus momentum times the change of the velocity: which one is old, which new?",
    )


@public_check("nesterov_momentum")
def nesterov_momentum_hyperparameters(nesterov_momentum: Optimizer) -> None:
    """learning rate and momentum are read from config"""
    follow(
        nesterov_momentum,
        {"learning_rate": 0.05, "momentum": 0.5},
        [
            [[0.925, -0.5], [0.49625, 2.325]],
            [[0.843125, 0.125], [0.491903125, 1.689375]],
            [[0.762078125, 0.21875], [0.4872810391, 1.165828125]],
        ],
        'are config["learning_rate"] and config["momentum"] used where there are such?',
        "are both kept in the config that is returned?",
    )


@public_check("adagrad")
def adagrad_defaults(adagrad: Optimizer) -> None:
    """four steps with the defaults"""
    follow_twice(
        adagrad,
        [
            [[0.990000001, -1.99], [0.49000002, 2.9900000001]],
            [[0.9829645555, -1.9829466764], [0.483000744, 2.982940747]],
            [[0.9772379413, -1.9771965109], [0.4773218846, 2.9771827788]],
            [[0.9722903379, -1.9722225668], [0.4724278272, 2.9722001178]],
        ],
        "in step 1 every coordinate moves by the learning rate, whatever its gradient: it is divided by its own root.",
        "step 1 is right; adagrad forgets nothing: the squared gradients of all steps are summed in config.",
    )


@public_check("adagrad")
def adagrad_hyperparameters(adagrad: Optimizer) -> None:
    """learning rate and epsilon are read from config"""
    follow(
        adagrad,
        {"learning_rate": 0.5, "epsilon": 0.1},
        [
            [[0.5454545455, -1.5024875622], [0.3333333333, 2.5054945055]],
            [[0.3253512509, -1.2033652144], [0.229226867, 2.1876978893]],
        ],
        'are config["learning_rate"] and config["epsilon"] used where there are such?',
        KEPT,
        [
            (
                [[0.5232687054, -1.5000624883], [0.4219131191, 2.5003083565]],
                "epsilon is added to the square root, not under it.",
            )
        ],
    )


@public_check("exponential_moving_average")
def temperatures(exponential_moving_average: Callable[..., Any]) -> None:
    """three days of 40, 49 and 45 F with beta = 0.98"""
    compare.close(
        "the average without bias correction",
        exponential_moving_average(torch.tensor([40.0, 49.0, 45.0], dtype=torch.float64), 0.98),
        torch.tensor([0.8, 1.764, 2.62872], dtype=torch.float64),
        ATOL,
        "V_0 is 0, and today's value counts 1 - beta: V_1 is 0.02 * 40.",
    )


@public_check("exponential_moving_average")
def corrected_temperatures(exponential_moving_average: Callable[..., Any]) -> None:
    """the same with bias correction: about 40, 44.5 and 44.7 F"""
    compare.close(
        "the average with bias correction",
        exponential_moving_average(torch.tensor([40.0, 49.0, 45.0], dtype=torch.float64), 0.98, bias_correction=True),
        torch.tensor([40.0, 44.545454545454, 44.700040810774], dtype=torch.float64),
        ATOL,
        "V_t is divided by 1 - beta^t for the answer only: the uncorrected V_t is what the next day builds on.",
    )


@public_check("exponential_moving_average")
def other_values(exponential_moving_average: Callable[..., Any]) -> None:
    """other values, which stay as they are"""
    values = torch.tensor([1.0, -2.0, 4.0, 0.0, 3.0], dtype=torch.float32)
    kept = values.clone()
    expected = torch.tensor([0.5, -0.75, 1.625, 0.8125, 1.90625], dtype=torch.float32)
    compare.close(
        "the average", exponential_moving_average(values, 0.5), expected, 1e-6, "is beta used as it is given?"
    )
    compare.close("values, after the call,", values, kept, 0.0, "write the averages into a new tensor.")


@public_check("rmsprop")
def rmsprop_defaults(rmsprop: Optimizer) -> None:
    """four steps with the defaults"""
    follow_twice(
        rmsprop,
        [
            [[0.9000001, -1.900000005], [0.400002, 2.9000000111]],
            [[0.8329181066, -1.8309433328], [0.3373419553, 2.8303174635]],
            [[0.7799824393, -1.7753494501], [0.2904364228, 2.7738885865]],
            [[0.73538923, -1.7277138224], [0.2528289626, 2.7253063328]],
        ],
        "the cache starts at zero and takes in 1 - decay_rate of the squared gradient before it divides the step.",
        "step 1 is right; does the cache keep decay_rate times its old value, and is it written into config?",
    )


@public_check("rmsprop")
def rmsprop_hyperparameters(rmsprop: Optimizer) -> None:
    """learning rate, decay rate and epsilon are read from config"""
    follow(
        rmsprop,
        {"learning_rate": 0.1, "decay_rate": 0.8, "epsilon": 0.1},
        [
            [[0.8172560024, -1.7788655604], [0.4591371999, 2.7818140751]],
            [[0.6899241583, -1.6225802215], [0.4234521689, 2.6239205575]],
        ],
        "are all three used, and is epsilon added to the square root, not under it?",
        KEPT,
    )


@public_check("adam")
def adam_defaults(adam: Optimizer) -> None:
    """four steps with the defaults"""
    follow_twice(
        adam,
        [
            [[0.9990000001, -1.999], [0.499000002, 2.999]],
            [[0.9980000264, -1.9980000131], [0.4980000567, 2.9980000087]],
            [[0.9970000964, -1.9970000479], [0.4970001992, 2.9970000319]],
            [[0.9960002273, -1.9960001131], [0.4960004646, 2.9960000754]],
        ],
        "step 1 is as long as the learning rate in every coordinate; without bias correction, 3.16 times as long.\n"
        "t is 0 before the first step and is raised before it is used.",
        "step 1 is right; are m, v (uncorrected) and t all written into config?",
    )


ADAM_EPSILON = "epsilon is added to the square root of the corrected second moment, not under the root."


@public_check("adam")
def adam_hyperparameters(adam: Optimizer) -> None:
    """learning rate, beta1, beta2 and epsilon are read from config"""
    under = [[0.9046537411, -1.9000124977], [0.4843826238, 2.9000616713]]
    before = [[0.9240253073, -1.901556528], [0.4863472941, 2.9033943756]]  # the root is corrected after the addition
    follow(
        adam,
        {"learning_rate": 0.1, "beta1": 0.8, "beta2": 0.9, "epsilon": 0.1},
        [
            [[0.9090909091, -1.9004975124], [0.4666666667, 2.9010989011]],
            [[0.8189405214, -1.8011890945], [0.4341943207, 2.8023276912]],
            [[0.7298759989, -1.7022086341], [0.4026605622, 2.7037653618]],
        ],
        "are learning_rate, beta1, beta2 and epsilon each read from config, and used where they should be?",
        "do beta1 and beta2 each stand where they should?",
        [(under, ADAM_EPSILON), (before, ADAM_EPSILON)],
    )


@public_check("adamw")
def adamw_defaults(adamw: Optimizer) -> None:
    """four steps with the defaults"""
    follow_twice(
        adamw,
        [
            [[0.9989900001, -1.99898], [0.498995002, 2.99897]],
            [[0.9979800368, -1.9979600235], [0.497990067, 2.9979400193]],
            [[0.9969701276, -1.9969400795], [0.4969852303, 2.9969100638]],
            [[0.9959602902, -1.9959201766], [0.4959805272, 2.9958801394]],
        ],
        "it is a step of adam, less weight_decay (default 1e-5) times w.",
        "step 1 is right; are m, v (uncorrected) and t all written into config?",
    )


@public_check("adamw")
def adamw_hyperparameters(adamw: Optimizer) -> None:
    """weight decay and schedule multiplier are read from config"""
    follow(
        adamw,
        {
            "learning_rate": 0.1,
            "beta1": 0.8,
            "beta2": 0.9,
            "epsilon": 0.1,
            "weight_decay": 0.05,
            "schedule_multiplier": 0.5,
        },
        [
            [[0.9295454545, -1.9002487562], [0.4708333333, 2.8755494505]],
            [[0.8611350531, -1.8030886187], [0.442771613, 2.7542945392]],
            [[0.7948202509, -1.7085180423], [0.4158161034, 2.6362050075]],
        ],
        "the decay never enters the gradient, nor is it multiplied by the learning rate;\n"
        "the schedule multiplier scales both the step and the decay.",
        "do m and v see the gradient dw alone, and does the decay act on the current w?",
    )


HESSIAN = torch.tensor([[4.0, 1.0, 0.0], [1.0, 3.0, -1.0], [0.0, -1.0, 2.0]], dtype=torch.float64)
GRADIENT = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)


@public_check("newton_step")
def newton_numbers(newton_step: Callable[..., Any]) -> None:
    """three parameters"""
    compare.close(
        "next_w",
        newton_step(torch.tensor([1.0, -1.0, 2.0], dtype=torch.float64), GRADIENT.clone(), HESSIAN.clone()),
        torch.tensor([10 / 9, -22 / 9, -2 / 9], dtype=torch.float64),
        ATOL,
        "solve hessian @ step = grad, and go against that step.",
    )


@public_check("newton_step")
def newton_minimum(newton_step: Callable[..., Any]) -> None:
    """one step from anywhere ends in the minimum of a quadratic bowl"""
    minimum = torch.tensor([3.0, 0.0, -1.0], dtype=torch.float64)
    w = torch.tensor([-2.0, 5.0, 0.5], dtype=torch.float64)
    kept = w.clone()
    next_w = newton_step(w, HESSIAN @ (w - minimum), HESSIAN.clone())
    compare.close("next_w", next_w, minimum, ATOL, "no learning rate is needed: the step is the whole way.")
    compare.close("w, after the call,", w, kept, 0.0, "return a new tensor.")


STEPS: Rows = [[1.0, 0.0, 0.0], [0.5, 1.0, -0.5], [0.0, 0.2, 1.0]]
GRADIENT_CHANGES: Rows = [[4.0, 1.0, 0.0], [3.0, 4.0, -2.0], [0.2, -0.4, 1.8]]


def _pairs(last: int) -> tuple[list[Tensor], list[Tensor]]:
    chosen = slice(len(STEPS) - last, None)
    return (
        [torch.tensor(row, dtype=torch.float64) for row in STEPS[chosen]],
        [torch.tensor(row, dtype=torch.float64) for row in GRADIENT_CHANGES[chosen]],
    )


@public_check("lbfgs_direction")
def lbfgs_without_pairs(lbfgs_direction: Callable[..., Any]) -> None:
    """without pairs, the direction of steepest descent"""
    direction = lbfgs_direction(GRADIENT.clone(), [], [])
    compare.close("the direction", direction, -GRADIENT, ATOL, "nothing is known of the curvature: H is the identity.")


@public_check("lbfgs_direction")
def lbfgs_one_pair(lbfgs_direction: Callable[..., Any]) -> None:
    """one pair"""
    compare.close(
        "the direction",
        lbfgs_direction(GRADIENT.clone(), *_pairs(1)),
        torch.tensor([-0.3023255814, -1.9069767442, -2.2790697674], dtype=torch.float64),
        ATOL,
        "between the loops stands the initial scale s.y / y.y of the newest pair; the direction is minus the result.",
    )


@public_check("lbfgs_direction")
def lbfgs_all_pairs(lbfgs_direction: Callable[..., Any]) -> None:
    """three pairs, which stay as they are"""
    steps, grad_changes = _pairs(3)
    compare.close(
        "the direction",
        lbfgs_direction(GRADIENT.clone(), steps, grad_changes),
        torch.tensor([0.1251204073, -1.3811219722, -2.2097071502], dtype=torch.float64),
        ATOL,
        "the lists are oldest first: the first loop goes from the newest pair to the oldest, the second loop back.",
    )
    for name, kept, now in zip(("steps", "grad_changes"), _pairs(3), (steps, grad_changes), strict=True):
        if len(now) != len(kept) or not all(torch.equal(a, b) for a, b in zip(kept, now, strict=True)):
            raise AssertionError(f"{name} is not as it was before the call.\nloop over reversed({name}) instead.")


@public_check("bfgs_update")
def bfgs_by_hand(bfgs_update: Callable[..., Any]) -> None:
    """a step and a change in two dimensions, to follow with a pencil"""
    H = torch.eye(2, dtype=torch.float64)
    s, y = torch.tensor([1.0, 0.0], dtype=torch.float64), torch.tensor([2.0, 1.0], dtype=torch.float64)
    compare.close(
        "the update of the identity with s = [1, 0] and y = [2, 1]",
        bfgs_update(H, s, y),
        torch.tensor([[0.75, -0.5], [-0.5, 1.0]], dtype=torch.float64),
        ATOL,
        "y.s is 2: the left bracket is [[0, -1/2], [0, 1]], the right its transpose, the last term [[1/2, 0], [0, 0]].",
    )


@public_check("bfgs_update")
def bfgs_secant(bfgs_update: Callable[..., Any]) -> None:
    """the new matrix is symmetric and takes y back to s; the arguments stay as they are"""
    (s,), (y,) = _pairs(1)
    H = torch.tensor([[2.0, 0.5, 0.0], [0.5, 1.0, -0.25], [0.0, -0.25, 0.5]], dtype=torch.float64)
    given = [tensor.clone() for tensor in (H, s, y)]
    updated = compare.tensor("the new matrix", bfgs_update(*given), (3, 3), torch.float64)
    for name, kept, now in zip(("H", "s", "y"), (H, s, y), given, strict=True):
        compare.unchanged(name, now, kept)
    compare.close("its transpose", updated.T, updated, ATOL, "an inverse Hessian is symmetric: is it?")
    compare.close("the new matrix times y", updated @ y, s, ATOL, "it should be s: the secant equation.")
