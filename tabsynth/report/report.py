"""The report: a view of an evaluation as one offline HTML file. Computes no score."""

from __future__ import annotations

import html
import os
import tempfile
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from tabsynth.evaluator.result import Evaluation
from tabsynth.evaluator.score import Score
from tabsynth.report import figures
from tabsynth.report.wording import CARDS, FURTHER


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
        """Return the page: self-contained, without scripts and addresses."""
        template = _environment().get_template("report.html.j2")
        return template.render(evaluation=self.evaluation, cards=CARDS, further=FURTHER, figures=figures)

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
        # A frame keeps the page's styles out of the notebook's.
        page = html.escape(self.html(), quote=True)
        return f'<iframe title="tabsynth report" srcdoc="{page}" style="width:100%;height:720px;border:0"></iframe>'


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tabsynth.report", "templates"),
        autoescape=select_autoescape(("html", "html.j2"), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = lambda share: "–" if share is None else f"{share:.1%}"
    environment.filters["decimals"] = lambda value, digits=2: "–" if value is None else f"{value:.{digits}f}"
    environment.filters["count"] = lambda number: "–" if number is None else f"{number:,.0f}"
    return environment


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
