"""Known wrong versions of prediction and the search for hyperparameters."""

import torch

from autograder.checks.known import misconception


@misconception(
    "predict_linear_classifier",
    hint="you look for the best example of each class: along which dim lie the scores of one example?",
)
def predict_down_the_columns(W, X):
    return (X @ W).argmax(dim=0)


@misconception("predict_linear_classifier", hint="you take the class of the lowest score: the highest is asked for")
def predict_lowest_score(W, X):
    return (X @ W).argmin(dim=1)


@misconception("predict_linear_classifier", hint="you return the highest scores: their classes are asked for")
def predict_values(W, X):
    return (X @ W).max(dim=1).values


@misconception("predict_linear_classifier", hint="you return values and indices: which of the two are the classes?")
def predict_values_and_indices(W, X):
    values, indices = (X @ W).max(dim=1)
    return values, indices


@misconception("predict_linear_classifier", hint="you return the scores: one class for each example is asked for")
def predict_scores(W, X):
    return X @ W


@misconception("predict_linear_classifier", hint="your classes are no integers: with which dtype are they made?")
def predict_floats(W, X):
    y_pred = torch.zeros(X.shape[0])
    for i in range(X.shape[0]):
        y_pred[i] = (X[i] @ W).argmax()
    return y_pred


@misconception(
    "predict_linear_classifier",
    hint="your classes are of a shorter integer type: is the tensor turned into another dtype?",
)
def predict_int32(W, X):
    return (X @ W).argmax(dim=1).int()


@misconception("predict_linear_classifier", hint="your classes stand in a column: one dimension is asked for")
def predict_column(W, X):
    return (X @ W).argmax(dim=1, keepdim=True)


@misconception("predict_linear_classifier", hint="you return a single index into all scores: argmax needs a dim")
def predict_one_for_all(W, X):
    return (X @ W).argmax()


@misconception("predict_linear_classifier", hint="your classes are one too high: they are counted from zero")
def predict_counted_from_one(W, X):
    return (X @ W).argmax(dim=1) + 1


@misconception("predict_linear_classifier", hint="only the first ten classes can win: W says how many there are")
def predict_ten_classes(W, X):
    return (X @ W)[:, :10].argmax(dim=1)


@misconception(
    "predict_linear_classifier", hint="where all scores are negative you take class zero: where does the best start?"
)
def predict_best_starts_at_zero(W, X):
    y_pred = torch.zeros(X.shape[0], dtype=torch.int64)
    for i in range(X.shape[0]):
        best = 0
        for j, score in enumerate((X[i] @ W).tolist()):
            if score > best:
                best, y_pred[i] = score, j
    return y_pred


@misconception(
    "predict_linear_classifier", hint="you compare absolute scores: a very negative one speaks against a class"
)
def predict_largest_absolute_score(W, X):
    return (X @ W).abs().argmax(dim=1)


@misconception(
    "predict_linear_classifier",
    hint="your probabilities are taken over the examples: take softmax along the classes, or leave it out",
)
def predict_softmax_over_examples(W, X):
    return torch.softmax(X @ W, dim=0).argmax(dim=1)


@misconception("predict_linear_classifier", hint="the last row of W does not count: it holds the biases")
def predict_without_bias(W, X):
    return (X[:, :-1] @ W[:-1]).argmax(dim=1)


@misconception("svm_get_search_params", hint="you return one list: learning rates and regularization strengths are two")
def svm_params_one_list():
    return [1e-3, 1e-2, 1e-1]


@misconception(
    "svm_get_search_params", hint="your grid has too many pairs: their number is the product of the two lengths"
)
def svm_params_too_many():
    learning_rates = [1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1]
    return learning_rates, [0.0, 1e-4, 1e-3, 1e-2, 1e-1, 1.0]


@misconception("svm_get_search_params", hint="your grid has too few pairs to learn anything from")
def svm_params_too_few():
    return [1e-3, 1e-2], [1e-3, 1e-1]


@misconception("svm_get_search_params", hint="your grid is one pair: several of each are to be tried")
def svm_params_one_pair():
    return [1e-3], [1e-3]


@misconception("svm_get_search_params", hint="you return two numbers: two lists of them are asked for")
def svm_params_single_numbers():
    return 1e-3, 1e-3


@misconception("svm_get_search_params", hint="your lists hold strings: numbers are written without quotes")
def svm_params_strings():
    return ["1e-3", "1e-2", "1e-1"], [1e-3, 1e-2, 1e-1]


@misconception("svm_get_search_params", hint="one of your learning rates is zero: nothing would be learned with it")
def svm_params_learning_rate_zero():
    return [0.0, 1e-3, 1e-2, 1e-1], [1e-3, 1e-2, 1e-1]


@misconception("svm_get_search_params", hint="your lists hold exponents: the numbers themselves are asked for")
def svm_params_exponents():
    return [-3, -2, -1], [-4, -3, -2]


@misconception(
    "svm_get_search_params", hint="one of your regularization strengths is negative: it would reward large weights"
)
def svm_params_negative_strength():
    return [1e-3, 1e-2, 1e-1], [-1e-2, 1e-3, 1e-1]


@misconception("svm_get_search_params", hint="you return a dictionary: two lists are asked for")
def svm_params_dictionary():
    return {"learning_rates": [1e-3, 1e-2, 1e-1], "regularization_strengths": [1e-3, 1e-2, 1e-1]}


@misconception(
    "svm_get_search_params", hint="you return a list of pairs: two lists are asked for, which are combined later"
)
def svm_params_pairs():
    return [(rate, reg) for rate in [1e-3, 1e-2, 1e-1] for reg in [1e-3, 1e-2, 1e-1]]


@misconception("svm_get_search_params", hint="numbers in your lists come twice, and there are too few different pairs")
def svm_params_same_number_again():
    return [1e-3] * 3, [1e-3, 1e-3, 1e-1]


@misconception(
    "softmax_get_search_params", hint="you return one list: learning rates and regularization strengths are two"
)
def softmax_params_one_list():
    return [1e-2, 1e-1, 1.0]


@misconception(
    "softmax_get_search_params", hint="your grid has too many pairs: their number is the product of the two lengths"
)
def softmax_params_too_many():
    learning_rates = [1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1]
    return learning_rates, [0.0, 1e-4, 1e-3, 1e-2, 1e-1, 1.0]


@misconception("softmax_get_search_params", hint="your grid has too few pairs to learn anything from")
def softmax_params_too_few():
    return [1e-2, 1e-1], [1e-3, 1e-1]


@misconception("softmax_get_search_params", hint="your grid is one pair: several of each are to be tried")
def softmax_params_one_pair():
    return [1e-2], [1e-3]


@misconception("softmax_get_search_params", hint="you return two numbers: two lists of them are asked for")
def softmax_params_single_numbers():
    return 1e-2, 1e-3


@misconception("softmax_get_search_params", hint="your lists hold strings: numbers are written without quotes")
def softmax_params_strings():
    return ["1e-2", "1e-1", "1.0"], [1e-4, 1e-3, 1e-2]


@misconception("softmax_get_search_params", hint="one of your learning rates is zero: nothing would be learned with it")
def softmax_params_learning_rate_zero():
    return [0.0, 1e-2, 1e-1, 1.0], [1e-4, 1e-3, 1e-2]


@misconception("softmax_get_search_params", hint="your lists hold exponents: the numbers themselves are asked for")
def softmax_params_exponents():
    return [-3, -2, -1], [-4, -3, -2]


@misconception(
    "softmax_get_search_params", hint="one of your regularization strengths is negative: it would reward large weights"
)
def softmax_params_negative_strength():
    return [1e-2, 1e-1, 1.0], [-1e-2, 1e-3, 1e-1]


@misconception("softmax_get_search_params", hint="you return a dictionary: two lists are asked for")
def softmax_params_dictionary():
    return {"learning_rates": [1e-2, 1e-1, 1.0], "regularization_strengths": [1e-4, 1e-3, 1e-2]}


@misconception(
    "softmax_get_search_params", hint="you return a list of pairs: two lists are asked for, which are combined later"
)
def softmax_params_pairs():
    return [(rate, reg) for rate in [1e-2, 1e-1, 1.0] for reg in [1e-4, 1e-3, 1e-2]]


@misconception(
    "softmax_get_search_params", hint="numbers in your lists come twice, and there are too few different pairs"
)
def softmax_params_same_number_again():
    return [1e-2] * 3, [1e-3, 1e-3, 1e-1]


@misconception(
    "test_one_param_set",
    hint="your accuracies are in percent: fractions are asked for",
)
def one_pair_percent(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, 100 * train_accuracy, 100 * val_accuracy


@misconception(
    "test_one_param_set",
    hint="you return the shares of wrong predictions: accuracy counts the right ones",
)
def one_pair_errors(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, 1 - train_accuracy, 1 - val_accuracy


@misconception(
    "test_one_param_set",
    hint="your two accuracies are swapped: the one on the training set comes first",
)
def one_pair_accuracies_swapped(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, val_accuracy, train_accuracy


@misconception(
    "test_one_param_set",
    hint="your validation accuracy is measured on the test set, which plays no part in the choice",
)
def one_pair_measured_on_test(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_test"]) == data_dict["y_test"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="both accuracies are measured on the training set: the second is for the validation set",
)
def one_pair_validation_on_training(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="you return numbers of right predictions: fractions are asked for",
)
def one_pair_counts(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).sum().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).sum().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="the right predictions on the validation set are divided by the number of training examples",
)
def one_pair_divided_by_training_size(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).sum().item() / len(data_dict["y_train"])
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="your accuracies are rounded: return them as they are",
)
def one_pair_rounded(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, round(train_accuracy, 1), round(val_accuracy, 1)


@misconception(
    "test_one_param_set",
    hint="you return the weights: the classifier that holds them is asked for",
)
def one_pair_returns_weights(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls.W, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="you return the accuracies alone: the trained classifier comes first",
)
def one_pair_classifier_missing(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="the classifier you return is not the one you trained",
)
def one_pair_another_trained(cls, data_dict, lr, reg, num_iters=2000):
    classifier = type(cls)()
    classifier.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (classifier.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (classifier.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="training is done twice: once is asked for",
)
def one_pair_trained_twice(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="learning rate and regularization strength are swapped: which is which in train?",
)
def one_pair_rates_swapped(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=reg, reg=lr, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="training always takes its default number of steps: is num_iters handed on?",
)
def one_pair_num_iters_not_handed_on(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="training always takes the same number of steps, that of the signature: is num_iters used?",
)
def one_pair_num_iters_hard_coded(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=2000)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="training always uses the default regularization: is reg handed on?",
)
def one_pair_reg_not_handed_on(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="training always uses the default learning rate: is lr handed on?",
)
def one_pair_learning_rate_not_handed_on(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="you train on the validation set: it is for measuring only",
)
def one_pair_trained_on_validation(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_val"], data_dict["y_val"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="you train on the validation set as well: it is for measuring only",
)
def one_pair_trained_on_both(cls, data_dict, lr, reg, num_iters=2000):
    X, y = (torch.cat([data_dict[f"{name}_train"], data_dict[f"{name}_val"]]) for name in "Xy")
    cls.train(X, y, learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="the SVM loss is trained, whichever classifier is handed in: call its own train method",
)
def one_pair_always_the_svm_loss(cls, data_dict, lr, reg, num_iters=2000):
    X, y = data_dict["X_train"], data_dict["y_train"]
    cls.W, _ = train_linear_classifier(svm_loss_vectorized, None, X, y, lr, reg, num_iters)
    train_accuracy = (cls.predict(X) == y).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy
