"""Graded checks of the linear-classifier part that watch a search or a training run from inside its loss function."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from gradescope_utils.autograder_utils.decorators import number, weight
from torch import Tensor

from autograder.checks import expect
from autograder.checks.expect import CheckFailed
from autograder.checks.pencil import Small
from autograder.checks.reference import Reference
from autograder.checks.transcript import alike
from autograder.worker.wire import Ref
from coursekit.pencil import shown
from solutions.project1.checks.linear_classifier import REGULARIZERS, LinearCase, one_is_highest

TRAINING = "train_linear_classifier"
SINGLE = 1e-6  # what a number may lose on its way through float32
LOSS_OF = {"LinearSVM": "svm_loss_vectorized", "Softmax": "softmax_loss_vectorized"}
OF_TRAINING = ("loss_func", "W", "X", "y", "learning_rate", "reg", "num_iters", "batch_size", "verbose")


def named(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a call of train_linear_classifier by name, however they were handed on."""
    return {**dict(zip(OF_TRAINING, args, strict=False)), **kwargs}


def handed_on(X: Any, y: Any, reg: Any, D: int) -> float:
    """A loss function was called with N examples of D numbers, their labels and a number; the number.

    Raises:
        CheckFailed: which of them is not that, and what it is.
    """
    if not isinstance(X, Tensor) or X.dim() != 2 or X.shape[1] != D:
        said = f"the X handed to loss_func should be a tensor of shape (N, {D}), but is {expect.describe(X)}."
        raise CheckFailed(said)
    expect.tensor("the y handed to loss_func", y, (len(X),))
    strength: float = expect.instance("the reg handed to loss_func", reg, (int, float), "a number")
    return strength


@dataclass
class Bowl:
    """A loss function that keeps what it is asked: |W - target|^2 / 2 + reg * |W|^2, whatever the examples are."""

    target: Tensor
    asked: list[tuple[Tensor, Tensor, Tensor, float]] = field(default_factory=list)

    def __call__(self, W: Tensor, X: Tensor, y: Tensor, reg: float) -> tuple[Tensor, Tensor]:
        """The loss and its gradient at W."""
        expect.tensor("the W handed to loss_func", W, tuple(self.target.shape))
        if not W.is_floating_point():
            raise CheckFailed(f"the W handed to loss_func should be of floats, but is {expect.describe(W)}.")
        reg = handed_on(X, y, reg, len(self.target))
        self.asked.append((W.clone(), X, y, reg))
        return self.at(W, reg)

    def at(self, W: Tensor, reg: float) -> tuple[Tensor, Tensor]:
        """The same, not kept."""
        difference = W - self.target.to(W.dtype)
        return (difference**2).sum() / 2 + reg * (W**2).sum(), difference + 2 * reg * W


def check_rows(X_batch: Any, y_batch: Any, X: Tensor, y: Tensor, batch_size: int) -> Tensor:
    """A batch is made of rows of X, each with its own label; the index of each row. All rows of X differ."""
    expect.tensor("X_batch", X_batch, (batch_size, X.shape[1]), X.dtype)
    expect.tensor("y_batch", y_batch, (batch_size,), y.dtype)
    matches = (X_batch[:, None, :] == X[None, :, :]).all(dim=2)
    if not bool(matches.any(dim=1).all()):
        raise CheckFailed("X_batch has rows that are no rows of X.")
    rows: Tensor = matches.int().argmax(dim=1)
    if not torch.equal(y[rows], y_batch):
        raise CheckFailed(
            "X_batch and y_batch do not belong together: draw one set of row indices and use it for both."
        )
    return rows


class RandomSearch(LinearCase):
    """random_search."""

    function = "random_search"
    returns = ("calls of loss_func", "with W of shape", "with reg", "the best W is that of call", "its loss")
    small_axes = ("tries",)

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """The losses of one to three tries."""
        for losses in ([1.0], [2.0, 1.0], [1.0, 2.0], [2.0, 1.0, 3.0], [3.0, 2.0, 1.0], [-1.0, 0.0]):
            yield (losses,)

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """One loss is the lowest."""
        (losses,) = question
        return bool(losses.count(min(losses)) == 1)

    def ask_small(self, question: tuple[Any, ...]) -> Any:
        """What the loss function was called with and how often, from which call the W that came is, and the loss."""
        (losses,) = question
        tried: list[Any] = []
        regs: list[Any] = []

        def loss_func(W: Any, X: Any, y: Any, reg: Any) -> tuple[Tensor, Tensor]:  # noqa: ARG001
            tried.append(W.clone() if isinstance(W, Tensor) else W)
            regs.append(reg)
            return torch.tensor(losses[min(len(tried), len(losses)) - 1]), torch.zeros(1, 2)

        X, y = torch.ones(1, 1), torch.zeros(1, dtype=torch.int64)
        answer = self.small_student.call(self.function, loss_func, X, y, 2, len(losses), 1.0, 0.5)
        if not isinstance(answer, list | tuple) or len(answer) != 2:
            return answer
        W, loss = answer
        same = [i for i, other in enumerate(tried, start=1) if isinstance(W, Tensor) and alike(W, other)]
        shape = list(tried[0].shape) if tried and isinstance(tried[0], Tensor) else None
        return len(tried), shape, regs[0] if regs else None, same[0] if same else None, loss

    def expected_small(self, question: tuple[Any, ...]) -> Any:
        """One call a try; the lowest loss."""
        (losses,) = question
        return len(losses), [1, 2], 0.5, losses.index(min(losses)) + 1, min(losses)

    def said_small(self, question: tuple[Any, ...]) -> str:
        """What the loss function says."""
        (losses,) = question
        said = f"X = [[1]], y = [0], num_classes = 2, num_tries = {len(losses)}, scale = 1, reg = 0.5"
        return f"{said}, and loss_func gives the loss {', then '.join(map(shown, losses))}"

    def search(self) -> tuple[Any, Any, Bowl]:
        """Search 8 times; what came back, and what the loss function was asked."""
        X, y, scale = self.randn(9, 40, dtype=torch.float32), self.randint(5, 9), 0.03
        bowl = Bowl(scale * self.randn(40, 5, dtype=torch.float32))
        W, loss = expect.pair(self.function, self.ask(bowl, X, y, 5, num_tries=8, scale=scale, reg=0.25), ("W", "loss"))
        if not all(torch.equal(X, a[1]) and torch.equal(y, a[2]) and a[3] == 0.25 for a in bowl.asked):
            raise CheckFailed("loss_func should get X, y and reg as they were handed in.")
        return W, loss, bowl

    @number("2.19")
    @weight(1)
    def test_best(self) -> None:
        """random_search: the best of the tries, and its loss"""
        W, loss, bowl = self.search()
        if not bowl.asked:
            raise CheckFailed("loss_func was never called.")
        losses = [float(bowl.at(W, reg)[0]) for W, _, _, reg in bowl.asked]
        best = bowl.asked[losses.index(min(losses))][0]
        expect.close("the best W", W, best)
        expect.number("the best loss", loss, min(losses), rtol=1e-5)

    @number("2.20")
    @weight(1)
    def test_draws(self) -> None:
        """random_search: num_tries draws of scale * randn"""
        _, _, bowl = self.search()
        if len(bowl.asked) != 8:
            raise CheckFailed(f"loss_func was called {len(bowl.asked)} times for num_tries = 8.")
        draws = torch.stack([W for W, *_ in bowl.asked]).double() / 0.03
        mean, deviation = float(draws.mean()), float(draws.std())
        if not (abs(mean) < 0.15 and 0.88 < deviation < 1.12 and float(draws.abs().max()) > 2.2):
            raise CheckFailed(
                f"in units of scale, the entries of W have mean {mean:.2f}, standard deviation {deviation:.2f} and a "
                f"largest of {float(draws.abs().max()):.2f}; for scale * randn the mean is 0, the deviation 1."
            )
        if len({W.double().numpy().tobytes() for W, *_ in bowl.asked}) < 8:
            raise CheckFailed("some tries draw the same W again.")
        X, y = self.randn(9, 30, dtype=torch.float32), self.randint(5, 9)
        bowl = Bowl(self.randn(30, 5, dtype=torch.float32))
        self.ask(bowl, X, y, 5, num_tries=2)  # not the default of 1,000, each of which asks across the wire
        W, *_, reg = bowl.asked[0]
        if not 0.7e-4 < float(W.double().std()) < 1.4e-4 or reg != 0:
            raise CheckFailed(
                f"without scale and reg, W had a standard deviation of {float(W.double().std()):.2g} and reg was "
                f"{reg}; 1e-4 and 0.0 are the defaults."
            )


class SampleBatch(LinearCase):
    """sample_batch."""

    function = "sample_batch"
    returns = ("X_batch", "y_batch")
    small_axes = ("N D", "N", "")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One row, then two and three, and batches of up to three."""
        for N, size in ((1, 1), (1, 2), (2, 1), (2, 2), (3, 3), (2, 3)):
            yield torch.arange(1.0, N + 1)[:, None], torch.arange(N), size

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """No two rows are the same."""
        X, y, size = question
        return size >= 1 and len(X.unique(dim=0)) == len(X) and int(y.min()) >= 0

    def ask_small(self, question: tuple[Any, ...]) -> Any:
        """A batch."""
        X, y, size = question
        return self.small_student.call(self.function, X, y, len(X), size)

    def right_small(self, question: tuple[Any, ...], got: Any) -> Any:
        """The rows that came, with their own labels; the first rows where what came are no rows."""
        X, y, size = question
        rows = torch.arange(size) % len(X)
        came = got[0] if isinstance(got, list | tuple) and len(got) == 2 else None
        if isinstance(came, Tensor) and came.shape == (size, X.shape[1]):
            matches = (came[:, None] == X).all(dim=2)
            if bool(matches.any(dim=1).all()):
                rows = matches.int().argmax(dim=1)
        return X[rows], y[rows]

    def said_small(self, question: tuple[Any, ...]) -> str:
        """With the number of rows."""
        X, y, size = question
        return f"X = {shown(X)}, y = {shown(y)}, num_train = {len(X)}, batch_size = {size}"

    def data(self) -> tuple[Tensor, Tensor, int]:
        """23 different rows and their labels."""
        return self.randn(23, 5, dtype=torch.float32), self.randint(4, 23), 23

    @number("2.21")
    @weight(1)
    def test_pairs(self) -> None:
        """sample_batch: rows of X with their own labels"""
        X, y, num_train = self.data()
        for batch_size in (1, 8, 23, 60):
            X_batch, y_batch = expect.pair(self.function, self.ask(X, y, num_train, batch_size), ("X_batch", "y_batch"))
            check_rows(X_batch, y_batch, X, y, batch_size)

    @number("2.22")
    @weight(1)
    def test_uniform(self) -> None:
        """sample_batch: every row equally often, with replacement, anew each time"""
        X, y, num_train = self.data()
        sizes = [23] * 10 + [897] * 10  # 9,200 rows in all
        drawn = []
        for size, answer in zip(sizes, self.ask_many([(X, y, num_train, size) for size in sizes]), strict=True):
            X_batch, y_batch = expect.pair(self.function, answer, ("X_batch", "y_batch"))
            drawn.append(check_rows(X_batch, y_batch, X, y, size).sort().values)
        if all(torch.equal(rows, drawn[0]) for rows in drawn[:10]):
            raise CheckFailed("every call draws the same rows; do not set a seed inside.")
        if all(len(set(rows.tolist())) == 23 for rows in drawn[:10]):
            raise CheckFailed("a batch never holds a row twice: draw with replacement.")
        counts = torch.cat(drawn).bincount(minlength=23)  # 400 expected each, with a standard deviation of 20
        for row in range(23):
            if abs(int(counts[row]) - 400) > 120:
                raise CheckFailed(
                    f"row {row} of 23 was drawn {int(counts[row])} times in 9,200 draws, where about 400 are expected."
                )


class TrainLinearClassifier(LinearCase):
    """train_linear_classifier."""

    function = "train_linear_classifier"
    needs = ("svm_loss_vectorized", "sample_batch")

    @classmethod
    def answer(cls, reference: Reference) -> Callable[..., Any]:
        """The training, asked with a loss function or with the name of a graded one."""

        def train(loss_func: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            function = reference.functions[loss_func] if isinstance(loss_func, str) else loss_func
            return reference.train_linear_classifier(function, *args, **kwargs)

        return train

    returns = ("W", "losses", "the first X_batch", "y_batch")
    small_axes = ("D C", "")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """One number and one step, then two and three steps, then more numbers."""
        for shape in ((1, 1), (1, 2), (2, 2)):
            for steps in (1, 2, 3):
                yield 4 * torch.ones(*shape), steps

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """There is a step."""
        return bool(question[1] >= 1)

    def ask_small(self, question: tuple[Any, ...]) -> Any:
        """Where it goes down a bowl, as steep as reg says, and the first batch that it takes."""
        W, steps = question
        batches: list[tuple[Any, Any]] = []

        def steep(W: Any, X: Any, y: Any, reg: Any) -> tuple[Tensor, Tensor]:
            try:
                reg = handed_on(X, y, reg, len(question[0]))
            except CheckFailed as failure:
                raise TypeError(str(failure)) from None  # for the student's code to meet
            batches.append((X, y))
            return reg * (W * W).sum(), 2 * reg * W

        X, y = torch.ones(1, len(W)), torch.zeros(1, dtype=torch.int64)
        answer = self.small_student.call(self.function, steep, W, X, y, 0.25, 1.0, steps, 2)
        if not isinstance(answer, list | tuple) or len(answer) != 2:
            return answer
        return *answer, *(batches[0] if batches else (None, None))

    def expected_small(self, question: tuple[Any, ...]) -> Any:
        """Half of W is left by each step, and the loss is that before it; the one row is drawn twice."""
        W, steps = question
        path = [W / 2**t for t in range(steps + 1)]
        batch = torch.ones(2, len(W)), torch.zeros(2, dtype=torch.int64)
        return path[-1], [float((at**2).sum()) for at in path[:-1]], *batch

    def said_small(self, question: tuple[Any, ...]) -> str:
        """With the bowl in words."""
        W, steps = question
        return (
            f"loss_func gives reg * sum(W * W) and dW = 2 * reg * W, W = {shown(W)}, X = {shown([[1] * len(W)])}, "
            f"y = [0], learning_rate = 0.25, reg = 1, num_iters = {steps}, batch_size = 2"
        )

    def train(self, W: Tensor | None, iterations: int = 8) -> tuple[Any, Any, Bowl, Tensor, Tensor]:
        """Train on the bowl; what came back, what the loss function was asked, and the examples."""
        X, y = self.randn(31, 30, dtype=torch.float32), self.randint(6, 31)
        y[4] = 5  # the largest class is there
        bowl = Bowl(self.randn(30, 6, dtype=torch.float32))
        answer = self.ask(bowl, W, X, y, learning_rate=0.07, reg=0.3, num_iters=iterations, batch_size=12)
        new_W, losses = expect.pair(self.function, answer, ("W", "losses"))
        if len(bowl.asked) != iterations:
            raise CheckFailed(f"loss_func was called {len(bowl.asked)} times for num_iters = {iterations}.")
        return new_W, losses, bowl, X, y

    @number("2.23")
    @weight(2)
    def test_updates(self) -> None:
        """train_linear_classifier: steps against the gradient"""
        start = self.randn(30, 6, dtype=torch.float32)
        W, _, bowl, _, _ = self.train(start.clone())
        if not all(math.isclose(reg, 0.3, rel_tol=SINGLE) for *_, reg in bowl.asked):
            raise CheckFailed("loss_func should get reg as it was handed in.")
        expected = start.clone()
        for t in range(8):
            expect.close(f"W at step {t}", bowl.asked[t][0], expected)
            expected = expected - 0.07 * bowl.at(expected, 0.3)[1]
        expect.close("the returned W", W, expected, help_line="W after the last step is asked for.")

    @number("2.24")
    @weight(1)
    def test_losses_and_batches(self) -> None:
        """train_linear_classifier: the losses, and a fresh batch for each step"""
        _, losses, bowl, X, y = self.train(self.randn(30, 6, dtype=torch.float32))
        expect.instance("the losses", losses, list, "a list of numbers")
        if len(losses) != 8:
            raise CheckFailed(f"there should be 8 losses, one for each step, but there are {len(losses)}.")
        for t, (loss, (W, _, _, reg)) in enumerate(zip(losses, bowl.asked, strict=True)):
            expect.number(f"losses[{t}]", loss, float(bowl.at(W, reg)[0]), rtol=1e-4)
        batches = [check_rows(X_batch, y_batch, X, y, 12) for _, X_batch, y_batch, _ in bowl.asked]
        if all(torch.equal(batch, batches[0]) for batch in batches):
            raise CheckFailed("every step uses the same batch: sample a new one each time.")

    @number("2.25")
    @weight(1)
    def test_start(self) -> None:
        """train_linear_classifier: W = None starts at 1e-6 * randn, with max(y) + 1 classes; the other defaults"""
        _, _, bowl, *_ = self.train(None, iterations=3)
        deviation = float(bowl.asked[0][0].double().std())
        if not 0.6e-6 < deviation < 1.5e-6:
            raise CheckFailed(f"the first W has a standard deviation of {deviation:.2g}; 1e-6 is asked for.")
        X, y = self.randn(9, 4, dtype=torch.float32), torch.arange(9) % 3
        start = self.randn(4, 3, dtype=torch.float32)
        # A loss function of the worker's own: a hundred calls from there to here would take their time.
        _, losses = expect.pair(self.function, self.ask(Ref("svm_loss_vectorized"), start, X, y), ("W", "losses"))
        expect.instance("the losses", losses, list, "a list of numbers")
        if len(losses) != 100:
            raise CheckFailed(f"without num_iters, there were {len(losses)} losses; 100 is the default.")
        bowl = Bowl(self.randn(4, 3, dtype=torch.float32))
        self.ask(bowl, start, X, y, num_iters=2)
        if len(bowl.asked) != 2:
            raise CheckFailed(f"loss_func was called {len(bowl.asked)} times for num_iters = 2.")
        W, X_batch, _, reg = bowl.asked[1]
        for name, got, default in (("reg", reg, 1e-5), ("batch_size", len(X_batch), 200)):
            if not math.isclose(got, default, rel_tol=SINGLE):
                raise CheckFailed(f"without {name}, {got} was used; {default} is the default.")
        step = start - 1e-3 * bowl.at(start, 1e-5)[1]
        expect.close("W after one step without learning_rate (1e-3 is the default)", W, step, rtol=1e-5)


class OneParamSet(LinearCase):
    """test_one_param_set."""

    function = "test_one_param_set"
    needs = (
        *("svm_loss_naive", "svm_loss_vectorized", "softmax_loss_naive", "softmax_loss_vectorized"),
        *REGULARIZERS,
        *("sample_batch", "train_linear_classifier", "predict_linear_classifier"),
    )
    always_stand_in = frozenset({"train_linear_classifier", "predict_linear_classifier"})
    returns = (
        *("trainings", "the last on X", "with learning_rate, reg and num_iters"),
        *("training accuracy", "validation accuracy"),
    )
    small_axes = ("D C", "N D", "N =C", "M D", "M =C")

    def small_questions(self) -> Iterator[tuple[Any, ...]]:
        """What training gives, and one or two inputs in each set."""
        small = Small()
        for N, M, D in ((1, 1, 1), (2, 1, 1), (1, 2, 1), (2, 3, 2)):
            for _ in range(10):
                train, val = ((small.tensor(n, D), small.labels(2, n)) for n in (N, M))
                question = (small.tensor(D, 2), *train, *val)
                if self.fits_small(question):
                    yield question

    def fits_small(self, question: tuple[Any, ...]) -> bool:
        """Labels that are classes, and one highest score for each input."""
        W, X_train, y_train, X_val, y_val = question
        y = torch.cat([y_train, y_val])
        return 0 <= int(y.min()) <= int(y.max()) < W.shape[1] and one_is_highest(torch.cat([X_train, X_val]) @ W)

    def ask_small(self, question: tuple[Any, ...]) -> Any:
        """What was trained, and both accuracies of what that seemed to give."""
        W, *sets = question
        asked: list[dict[str, Any]] = []

        def train(*args: Any, **kwargs: Any) -> tuple[Tensor, list[float]]:
            asked.append(named(args, kwargs))
            return W, [1.0]

        data = dict(zip(("X_train", "y_train", "X_val", "y_val"), sets, strict=True))
        data |= {"X_test": torch.zeros_like(sets[0]), "y_test": torch.zeros_like(sets[1])}
        kept = self.context.answers[TRAINING]
        self.context.answers[TRAINING] = train
        try:
            answer = self.small_student.call(self.function, self.small_student.new("LinearSVM"), data, 0.5, 0.25, 1)
        finally:
            self.context.answers[TRAINING] = kept
        if not isinstance(answer, list | tuple) or len(answer) != 3:
            return answer
        last = asked[-1] if asked else {}
        how = tuple(last.get(name) for name in ("learning_rate", "reg", "num_iters"))
        return len(asked), last.get("X"), how, *answer[1:]

    def expected_small(self, question: tuple[Any, ...]) -> Any:
        """The shares of right predictions."""
        W, X_train, y_train, X_val, y_val = question
        pairs = ((X_train, y_train), (X_val, y_val))
        return 1, X_train, (0.5, 0.25, 1), *(float(((X @ W).argmax(dim=1) == y).double().mean()) for X, y in pairs)

    def said_small(self, question: tuple[Any, ...]) -> str:
        """What training gives comes first."""
        names = ("W", "X_train", "y_train", "X_val", "y_val")
        said = ", ".join(f"{name} = {shown(value)}" for name, value in zip(names, question, strict=True))
        return f"LinearSVM(), whose training gives {said}, lr = 0.5, reg = 0.25, num_iters = 1"

    def setUp(self) -> None:
        """Data, and weights that training will seem to give, right at a different rate on each set."""
        super().setUp()
        self.data = {
            f"{letter}_{split}": self.randn(n, 6, dtype=torch.float32) if letter == "X" else self.randint(3, n)
            for split, n in (("train", 51), ("val", 33), ("test", 27))
            for letter in "Xy"
        }
        self.W = self.randn(6, 3, dtype=torch.float32)
        self.loss_problem = self.randn(6, 3), self.randn(5, 6), self.randint(3, 5), 0.25
        self.trained: list[dict[str, Any]] = []
        kept = self.context.answers["train_linear_classifier"]
        self.addCleanup(self.context.answers.__setitem__, "train_linear_classifier", kept)
        self.context.answers["train_linear_classifier"] = self.train

    def train(self, *args: Any, **kwargs: Any) -> tuple[Tensor, list[float]]:
        """Stands for the training: keeps what it is asked, and whose loss it is asked to lower."""
        asked = named(args, kwargs)
        loss_func = asked.pop("loss_func", None)
        loss_func = self.reference.functions[loss_func] if isinstance(loss_func, str) else loss_func
        asked["loss"] = expect.plain(loss_func(*self.loss_problem)[0]) if callable(loss_func) else None
        self.trained.append(asked)
        self.student.note(asked)
        return self.W, [1.0]

    def its_own_loss(self, kind: str, asked: dict[str, Any]) -> None:
        """What was trained is the loss of the classifier that was handed in."""
        expected = float(getattr(self.reference, LOSS_OF[kind])(*self.loss_problem)[0])
        if not isinstance(asked["loss"], int | float) or not abs(asked["loss"] - expected) <= 1e-3:
            raise CheckFailed(
                f"asked with a classifier of class {kind}, it trained another loss than that classifier's own: its "
                "train method uses the right one."
            )

    def accuracy(self, split: str) -> float:
        """The share of right predictions on one set."""
        predictions = (self.data[f"X_{split}"] @ self.W).argmax(dim=1)
        return float((predictions == self.data[f"y_{split}"]).double().mean())

    @number("2.29")
    @weight(2)
    def test_result(self) -> None:
        """test_one_param_set: the trained classifier and both accuracies"""
        for kind in LOSS_OF:
            self.check_result(kind)

    def check_result(self, kind: str) -> None:
        """The result with one class of classifier."""
        self.trained.clear()
        answer = self.ask(self.student.new(kind), self.data, 0.5, 0.25, num_iters=7)
        classifier, train, val = expect.pair(
            self.function, answer, ("trained classifier", "train accuracy", "val accuracy")
        )
        if not hasattr(classifier, "get"):
            raise CheckFailed(
                f"the first value should be the trained classifier, but is {expect.describe(classifier)}."
            )
        expect.close("the classifier's W", classifier.get("W"), self.W)
        for asked in self.trained:
            self.its_own_loss(kind, asked)
        fraction = "Accuracies are fractions from 0 to 1, on X_train with y_train and on X_val with y_val."
        expect.number("the training accuracy", train, self.accuracy("train"), rtol=1e-5, help_line=fraction)
        expect.number("the validation accuracy", val, self.accuracy("val"), rtol=1e-5, help_line=fraction)

    @number("2.30")
    @weight(1)
    def test_training(self) -> None:
        """test_one_param_set: trains once, on the training set, with the given hyperparameters"""
        for kind in LOSS_OF:
            self.check_training(kind, {"num_iters": 7}, 7)
            self.check_training(kind, {}, 2000)

    def check_training(self, kind: str, choice: dict[str, Any], num_iters: int) -> None:
        """One training, as asked for."""
        self.trained.clear()
        self.ask(self.student.new(kind), self.data, 0.5, 0.25, **choice)
        if len(self.trained) != 1:
            raise CheckFailed(f"the classifier was trained {len(self.trained)} times; once is asked for.")
        (asked,) = self.trained
        self.its_own_loss(kind, asked)
        seen = [(asked.get(name), self.data[f"{name}_train"]) for name in "Xy"]
        if not all(isinstance(got, Tensor) and alike(got, whole, 0.0) for got, whole in seen):
            raise CheckFailed("training should see X_train and y_train, whole and nothing else.")
        for name, value in (("learning_rate", 0.5), ("reg", 0.25), ("num_iters", num_iters)):
            got = expect.plain(asked.get(name))
            if not isinstance(got, int | float) or not math.isclose(got, value, rel_tol=SINGLE):
                raise CheckFailed(f"the classifier was trained with {name} = {shown(got)}, not the {value} handed in.")
