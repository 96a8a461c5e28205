"""The engine contract: token ids in, token ids out, one step at a time. Knows nothing of tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from tabsynth.errors import EngineError

FinishReason = Literal["stop", "length"]


@dataclass(frozen=True)
class Request:
    """One completion to make.

    Attributes:
        request_id: Unique among the open requests.
        prompt: Token ids of the prompt.
        max_tokens: Tokens decoded at most.
        grammar: An xgrammar EBNF grammar that the completion follows; None for free decoding.
    """

    request_id: str
    prompt: tuple[int, ...]
    max_tokens: int
    grammar: str | None = None


@dataclass(frozen=True)
class Delta:
    """What one step added to one request.

    Attributes:
        request_id: The request.
        tokens: New token ids; a stop token that ended the completion is the last of them.
        finish_reason: ``stop`` at a stop token, ``length`` at the cap, None while it goes on.
    """

    request_id: str
    tokens: tuple[int, ...]
    finish_reason: FinishReason | None


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn.

    Attributes:
        temperature: 1.0 draws from the model's own distribution.
        top_p: Share of the probability mass that is kept; 1.0 keeps all.
        stop_tokens: The ids that end a completion.
    """

    temperature: float
    top_p: float
    stop_tokens: tuple[int, ...]


def check_context(requests: Sequence[Request], context_tokens: int) -> None:
    """Refuse requests whose prompt and completion do not fit into the context.

    Raises:
        EngineError: One is too long.
    """
    for request in requests:
        if len(request.prompt) + request.max_tokens > context_tokens:
            raise EngineError(
                f"a prompt of {len(request.prompt)} and {request.max_tokens} new tokens exceed the context of "
                f"{context_tokens}"
            )


class Engine(Protocol):
    """Decodes many requests side by side.

    The same seed, requests and order of calls give the same tokens.
    """

    @property
    def name(self) -> str:
        """What the report calls it."""

    @property
    def capacity(self) -> int:
        """Requests that decode side by side."""

    @property
    def can_constrain(self) -> bool:
        """Whether requests may carry a grammar."""

    @property
    def decoded_tokens(self) -> int:
        """Tokens decoded since the engine started, by its own count."""

    def seed(self, number: int) -> None:
        """Start the random stream anew."""

    def submit(self, requests: Sequence[Request]) -> None:
        """Take in requests, all or none.

        Raises:
            EngineError: A request cannot be decoded, for example because it exceeds the context.
        """

    def step(self) -> list[Delta]:
        """Decode on; an empty list means that no request is open."""

    def abort(self, request_ids: Sequence[str]) -> None:
        """Drop open requests; unknown ids are ignored."""

    def close(self) -> None:
        """Free the model."""
