"""What became of a package's graphs on the runtimes here, for people."""

from rich.console import Console

from trainer.commands.package.verification import Run, Verdict


def print_verdict(console: Console, verdict: Verdict) -> None:
    """Print one line a graph and runtime."""
    console.print(f"package {verdict.package}", highlight=False)
    console.print("every digest is as the manifest lists it", highlight=False)
    for run in verdict.runs:
        console.print(_line(run, verdict.golden_scans), highlight=False, soft_wrap=True)


def _line(run: Run, scans: int) -> str:
    place = f"{run.member} in {run.runtime}:"
    if run.difference is None:
        return f"{place} {run.outcome}, {run.reason}"
    verb = "agree" if run.outcome == "agrees" else "do not agree"
    return (
        f"{place} {scans} golden scans {verb}, the worst {run.difference:.2g} standard "
        f"deviations off ({run.tolerance:g} allowed)"
    )
