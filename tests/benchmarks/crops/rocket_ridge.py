"""ROCKET and a ridge classifier, run by `ucr_crop.py` in an environment of their own.

Dempster, Petitjean and Webb (2020), as sktime has it: random convolution kernels, two
features each, scaled, and a ridge classifier that picks its penalty by leaving one out.
Reads series, labels and folds from a file; writes the class told of each series.
"""

import sys
from pathlib import Path

import numpy as np


def main(given: str, told: str, kernels: int) -> None:
    """Learn from all folds but one, tell that one, and write what was told."""
    from sklearn.linear_model import RidgeClassifierCV  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415
    from sktime.transformations.panel.rocket import Rocket  # noqa: PLC0415

    data = np.load(given)
    series, labels, fold = data["series"], data["labels"], data["fold"]
    # Kernels are drawn, not learned: once for all folds gives nothing away.
    features = Rocket(num_kernels=kernels, random_state=0).fit_transform(
        series[:, None, :]
    )
    features = np.asarray(features, dtype=np.float32)
    answers = np.full(len(labels), -1)
    for held in np.unique(fold):
        ridge = make_pipeline(
            StandardScaler(with_mean=False),
            RidgeClassifierCV(alphas=np.logspace(-3, 3, 10)),
        )
        ridge.fit(features[fold != held], labels[fold != held])
        answers[fold == held] = ridge.predict(features[fold == held])
    np.save(Path(told), answers)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
