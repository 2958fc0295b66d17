"""All pictures of one fitted table, with their names and what they show."""

from collections.abc import Sequence

from latentcore.arrays import Indices
from latentcore.evaluation.community.contrasts import Spread, contrasts, spread, unit
from latentcore.evaluation.community.looking import Looked
from latentcore.evaluation.community.resampling import Resample
from latentcore.figures import contrasts as heads
from latentcore.figures import profiles
from latentcore.figures.ordination import ordination
from latentcore.figures.picture import Picture


def pictures(
    looked: Looked, found: Sequence[Resample], y: Indices, names: Sequence[str] = ()
) -> tuple[Picture, ...]:
    """Ordinations, profiles, responsibilities, contrasts and, once resampled, stability.

    y (N,) are the classes of the samples; `names` (N,), where given, are shown on hovering.
    """
    fitted, tau = looked.fitted, looked.responsibility
    classes, weight = fitted.classes, fitted.mixture.weight
    per = unit(fitted.settings)
    drawn = [
        Picture(
            "aitchison",
            "Principal components of log-ratios (Aitchison): hue is the component, shape the class",
            ordination(looked.aitchison, tau, y, classes, names),
        ),
        Picture(
            "bray-curtis",
            "Principal coordinates of Bray-Curtis distances: hue is the component, shape the class",
            ordination(looked.bray_curtis, tau, y, classes, names),
        ),
        Picture(
            "profiles",
            "Where components differ: share of each taxon at the centre, coloured by doublings "
            "from the mean",
            profiles.heatmap(fitted.parts, fitted.profiles, weight),
        ),
        Picture(
            "abundant",
            "The most abundant taxa at the centre of each component",
            profiles.abundant(fitted.parts, fitted.profiles, weight),
        ),
        Picture(
            "responsibilities",
            "Responsibilities of every sample, its label unseen, and its class below",
            profiles.responsibilities(tau, y, classes, names),
        ),
        Picture(
            "contrasts",
            f"What each head uses: log-odds per {per.name} of a taxon at the cost of the others; "
            "bars hold the middle 95 % of resampled tables, hollow dots an uncertain sign",
            heads.contrasts(fitted.parts, classes, of_heads(looked, found), per),
        ),
    ]
    if found and len(fitted.mixture) > 1:
        drawn.append(
            Picture(
                "stability",
                "Agreement of the components of resampled tables with those of the fit",
                heads.stability(found, len(fitted.mixture)),
            )
        )
    return tuple(drawn)


def of_heads(looked: Looked, found: Sequence[Resample]) -> Spread:
    """The contrasts of the fit with their spread over the resampled tables."""
    fitted = looked.fitted
    each = [resample.contrast for resample in found if not resample.failure]
    return spread(contrasts(fitted.settings, fitted.mixture), each)
