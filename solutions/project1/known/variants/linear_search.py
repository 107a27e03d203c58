"""Right versions of prediction and the search for hyperparameters in many styles: no linter is to make them alike."""

# ruff: noqa

# %% predict_linear_classifier: indices of max
import torch


def predict_linear_classifier(W, X):
    _, y_pred = torch.max(X.mm(W), dim=1)
    return y_pred


# %% predict_linear_classifier: a loop over the examples
import torch


def predict_linear_classifier(W, X):
    y_pred = torch.zeros(X.shape[0], dtype=torch.int64)
    for i, x in enumerate(X):
        best, label = None, 0
        for j in range(W.shape[1]):
            score = float(x @ W[:, j])
            if best is None or score > best:
                best, label = score, j
        y_pred[i] = label
    return y_pred


# %% predict_linear_classifier: probabilities first, topk
import torch


def predict_linear_classifier(W, X):
    probabilities = torch.log_softmax(torch.matmul(X, W), dim=-1)
    return probabilities.topk(1, dim=1).indices.squeeze(1)


# %% predict_linear_classifier: classes first, numpy's argmax
import numpy as np
import torch


def predict_linear_classifier(W, X):
    scores = W.numpy().T @ X.numpy().T
    return torch.from_numpy(np.argmax(scores, axis=0)).long()


# %% predict_linear_classifier: sorted, float64 inside
import torch


def predict_linear_classifier(W, X):
    order = (X.double() @ W.double()).sort(dim=1, descending=True).indices
    y_pred = torch.zeros(len(X)).long()
    y_pred[:] = order[:, 0]
    return y_pred


# %% svm_get_search_params: powers in a comprehension
def svm_get_search_params():
    learning_rates = [10.0**-e for e in range(1, 6)]
    regularization_strengths = [10.0**-e for e in range(5)]
    return learning_rates, regularization_strengths


# %% svm_get_search_params: logspace made lists, constants outside
import torch

RATES = torch.logspace(-3, -1, 4).tolist()


def svm_get_search_params():
    return RATES, torch.linspace(0, 1e-1, 3).tolist()


# %% svm_get_search_params: tuples, whole numbers, one strength
def svm_get_search_params():
    return (1e-3, 3e-3, 1e-2, 3e-2, 1), (0,)


# %% svm_get_search_params: tensors, which a loop takes as well
import torch


def svm_get_search_params():
    return torch.tensor([1e-3, 1e-2, 1e-1]), torch.logspace(-4, -2, 3)


# %% softmax_get_search_params: numpy's logspace made lists
import numpy as np


def softmax_get_search_params():
    learning_rates = np.logspace(-3, 0, 4).tolist()
    strengths = list(map(float, np.array([0.0, 1e-4, 1e-2])))
    return learning_rates, strengths


# %% softmax_get_search_params: numpy's arrays, which a loop takes as well
import numpy as np


def softmax_get_search_params():
    return np.array([1e-2, 1e-1, 1.0]), np.logspace(-4, -2, 3)


# %% softmax_get_search_params: lists appended to, a list of both
def softmax_get_search_params():
    learning_rates, strengths = [], []
    for k in range(3):
        learning_rates.append(1e-2 * 10**k)
        strengths.append(5 * 10 ** (-k - 2))
    return [learning_rates, strengths]


# %% softmax_get_search_params: one rate, many strengths
strengths = sorted({1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1e0})


def softmax_get_search_params():
    print(len(strengths))
    return [1e-1], strengths


# %% test_one_param_set: positional arguments, sums over lengths
import torch


def test_one_param_set(cls, data_dict, lr, reg, num_iters=2000):
    X_train, y_train = data_dict["X_train"], data_dict["y_train"]
    X_val, y_val = data_dict["X_val"], data_dict["y_val"]
    cls.train(X_train, y_train, lr, reg, num_iters)
    train_acc = (cls.predict(X_train) == y_train).sum().item() / y_train.shape[0]
    val_acc = (cls.predict(X_val) == y_val).sum().item() / len(y_val)
    print(f"lr {lr} reg {reg} train accuracy: {train_acc} val accuracy: {val_acc}")
    return cls, train_acc, val_acc


# %% test_one_param_set: helper function outside, float of a mean in single precision
import torch


def accuracy(model, X, y):
    return float(torch.mean((model.predict(X) == y).float()))


def test_one_param_set(cls, data_dict, lr, reg, num_iters=2000):
    model = cls
    loss_history = model.train(
        X_train=data_dict["X_train"],
        y_train=data_dict["y_train"],
        learning_rate=lr,
        reg=reg,
        num_iters=num_iters,
        batch_size=200,
        verbose=False,
    )
    results = {split: accuracy(model, data_dict[f"X_{split}"], data_dict[f"y_{split}"]) for split in ("train", "val")}
    return (model, results["train"], results["val"])


# %% test_one_param_set: loops that count, a list returned
def test_one_param_set(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], num_iters=num_iters, reg=reg, learning_rate=lr, verbose=True)
    found = [cls]
    for split in ["train", "val"]:
        right = 0
        for guess, label in zip(cls.predict(data_dict["X_" + split]).tolist(), data_dict["y_" + split].tolist()):
            right += guess == label
        found.append(right / len(data_dict["y_" + split]))
    return found


# %% test_one_param_set: numpy means, percent turned back
import numpy as np


def test_one_param_set(cls, data_dict, lr, reg, num_iters=2000):
    options = dict(learning_rate=lr, reg=reg, num_iters=num_iters)
    cls.train(data_dict["X_train"], data_dict["y_train"], **options)
    train_percent = 100 * np.mean((cls.predict(data_dict["X_train"]) == data_dict["y_train"]).numpy())
    val_percent = 100 * np.mean((cls.predict(data_dict["X_val"]) == data_dict["y_val"]).numpy())
    return cls, float(train_percent) / 100, float(val_percent) / 100


# %% test_one_param_set: accuracies as tensors of no dimensions
import torch


def test_one_param_set(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean()
    return cls, train_accuracy, val_accuracy


# %% test_one_param_set: the course's own keywords
import torch


def test_one_param_set(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(
        X_train=data_dict["X_train"], y_train=data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters
    )
    correct = lambda split: (cls.predict(data_dict["X_" + split]) == data_dict["y_" + split]).float()
    return cls, torch.mean(correct("train")).numpy()[()], correct("val").mean()
