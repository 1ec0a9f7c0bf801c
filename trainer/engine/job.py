"""What the engine is given and what it gives back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Answer = TypeVar("Answer")


@dataclass(frozen=True, eq=False)
class Work(Generic[Shared, Task, Answer]):
    """What is done to every task.

    Attributes:
        do: A function of a module, so that other processes find it by its name.
        shared: What every task needs; large arrays in it reach other processes by
            being mapped, and never in copies. Do not write into them.
    """

    do: Callable[[Shared, Task], Answer]
    shared: Shared


@dataclass(frozen=True)
class Job(Generic[Task]):
    """One task, under the name by which a failure is told."""

    name: str
    task: Task


@dataclass(frozen=True, eq=False)
class Done(Generic[Task, Answer]):
    """A job that came to an answer."""

    job: Job[Task]
    answer: Answer
    seconds: float


@dataclass(frozen=True)
class Failed(Generic[Task]):
    """A job that did not: why in one line, and where in full."""

    job: Job[Task]
    reason: str
    traceback: str


Outcome = Done[Task, Answer] | Failed[Task]
