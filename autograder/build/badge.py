"""The badge in the first cell of each notebook that opens it in Colab, from the repository that students see."""

from __future__ import annotations

from autograder.assignment import Repository

BADGE = "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({address})"


def address(repository: Repository, notebook: str) -> str:
    """Where Colab opens a notebook of a repository, by its file name."""
    return f"https://colab.research.google.com/github/{repository.name}/blob/{repository.branch}/{notebook}"


def below_title(text: str, repository: Repository | None, notebook: str) -> str:
    """The first cell with its badge under the title; as it is where there is no repository."""
    if repository is None:
        return text
    title, _, rest = text.partition("\n")
    return f"{title}\n\n{BADGE.format(address=address(repository, notebook))}\n{rest}"
