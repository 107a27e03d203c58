"""What known mistakes say is kept within bounds, however much they say."""

from __future__ import annotations

import torch

from autograder.checks.kept import Kept, size_of


def test_what_is_kept_is_not_made_again_and_the_oldest_goes_first() -> None:
    made: list[int] = []

    def ask(kept: Kept[torch.Tensor], number: int) -> torch.Tensor:
        return kept.get(number, lambda: made.append(number) or torch.full((1000,), float(number)))

    kept: Kept[torch.Tensor] = Kept(3 * 4300)
    for number in (1, 2, 3, 1, 4):
        assert ask(kept, number)[0] == number
    assert made == [1, 2, 3, 4]
    ask(kept, 1), ask(kept, 2)
    assert made == [1, 2, 3, 4, 2], "the one asked longest ago was given up"
    assert kept.size <= 3 * 4300


def test_an_answer_larger_than_all_the_room_is_given_but_not_kept() -> None:
    kept: Kept[torch.Tensor] = Kept(100)
    assert len(kept.get("large", lambda: torch.zeros(1000))) == 1000
    assert kept.size == 0


def test_the_size_counts_tensors_wherever_they_are() -> None:
    inside = ([{"a": torch.zeros(100, dtype=torch.float64)}, (torch.zeros(50),)], None)
    assert 1000 <= size_of(inside) <= 3000
