"""The report: a view of an evaluation as one offline HTML file. Computes no score."""

from __future__ import annotations

import html
import os
import tempfile
from pathlib import Path

from tabsynth.evaluator.result import Evaluation
from tabsynth.evaluator.score import Score
from tabsynth.report.page import page


class Report:
    """A report of one evaluation.

    Args:
        evaluation: What was found. The report can be drawn again from its JSON at any time, without the tables.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation

    @property
    def scores(self) -> dict[str, Score]:
        """The scores by name."""
        return self.evaluation.scores

    def html(self) -> str:
        """Return the page: self-contained, without anything that runs or loads."""
        return page(self.evaluation)

    def save(self, path: str | Path) -> Path:
        """Write the page to a file, whole or not at all.

        Args:
            path: The file; an existing one is replaced.

        Returns:
            The path of the file.
        """
        target = Path(path)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(self.html())
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o644 & ~_umask())
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return target

    def __repr__(self) -> str:
        verdict = self.evaluation.verdict
        return f"Report({verdict.light}: {verdict.headline})"

    def _repr_html_(self) -> str:
        # A frame keeps the page's styles out of the notebook's; sandbox lets nothing in it run, whatever it holds.
        frame = (
            '<iframe title="tabsynth report" sandbox="allow-downloads" srcdoc="{}" '
            'style="width:100%;height:720px;border:0"></iframe>'
        )
        return frame.format(html.escape(page(self.evaluation, framed=True), quote=True))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
