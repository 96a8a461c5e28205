"""The engine contract: token ids in, token ids out, one step at a time. Knows nothing of tables."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

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
        banned: Token ids that the completion will not hold.
    """

    request_id: str
    prompt: tuple[int, ...]
    max_tokens: int
    grammar: str | None = None
    banned: tuple[int, ...] = ()


class Delta(NamedTuple):
    """What one step added to one request. A tuple: one is made for every token.

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


def check_requests(
    requests: Sequence[Request], context_tokens: int, *open_ids: Container[str], can_constrain: bool
) -> None:
    """Refuse what no engine could decode.

    Args:
        requests: The requests that are submitted together.
        context_tokens: Longest prompt plus completion.
        open_ids: The ids that are in use.
        can_constrain: Whether the engine takes grammars.

    Raises:
        EngineError: One has no prompt, is too long, carries a grammar in vain, or its id is in use.
    """
    seen: set[str] = set()
    for request in requests:
        length = len(request.prompt)
        if not length or request.max_tokens < 1:
            raise EngineError(f"a prompt of {length} and {request.max_tokens} new tokens leave nothing to decode")
        if length + request.max_tokens > context_tokens:
            raise EngineError(
                f"a prompt of {length} and {request.max_tokens} new tokens exceed the context of {context_tokens}"
            )
        if request.grammar is not None and not can_constrain:
            raise EngineError("this engine cannot follow a grammar")
        if request.request_id in seen or any(request.request_id in ids for ids in open_ids):
            raise EngineError("two open requests have the same id")
        seen.add(request.request_id)


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
