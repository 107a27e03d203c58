"""Open a file of trained weights that a student handed in; only ever inside the worker."""

from __future__ import annotations

import io
import pickle
from typing import Any

import torch


class Refused(Exception):
    """The file was not loaded; the text says why."""


def load(data: bytes) -> Any:
    """What `torch.load(weights_only=True)` makes of the bytes.

    Raises:
        Refused: it is not a file that torch.save wrote, or holds more than tensors and plain containers.
        MemoryError: it needs more memory than there is.
    """
    if not data:
        raise Refused("the file is empty")
    try:
        return torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        reason = next((line for line in str(error).splitlines() if "Unsupported" in line or "GLOBAL" in line), "")
        if data[:2] in (b"PK", b"\x80\x02") and reason:
            raise Refused(f"the file holds code or objects, and only tensors are loaded: {_bounded(reason)}") from None
        raise Refused("the file is not one that torch.save wrote") from None
    except MemoryError:
        raise
    except Exception as error:  # a damaged file makes torch.load raise nearly anything
        if "DefaultCPUAllocator" in str(error):
            raise
        if isinstance(error, RuntimeError) and "TorchScript" in str(error):
            raise Refused("the file is a TorchScript program; save a dict of tensors with torch.save") from None
        why = f"{type(error).__name__}: {_bounded(str(error))}"
        raise Refused(f"the file is not one that torch.save wrote, or is damaged ({why})") from None


def _bounded(text: str) -> str:
    line = (text.strip().splitlines() or [""])[0]
    return line if len(line) <= 200 else line[:200] + " ..."
