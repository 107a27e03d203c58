"""What can go wrong with a data set, as one exception with a message for the person who wanted it."""


class DatasetError(RuntimeError):
    """The data set cannot be had; the message says why and what to do."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the message, for the lines of the loader help nobody."""
        return [f"{type(self).__name__}: {self}"]
