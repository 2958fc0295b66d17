"""Shapes a Gaussian may have, one file each: open the folder and see the choice."""

from latentcore.mixture.covariance.diagonal import Diagonal
from latentcore.mixture.covariance.full import Full
from latentcore.mixture.covariance.shape import Covariance
from latentcore.mixture.covariance.spherical import Spherical
from latentcore.mixture.covariance.tied import Tied

SHAPES: dict[str, type[Covariance]] = {
    "spherical": Spherical,
    "tied": Tied,
    "diagonal": Diagonal,
    "full": Full,
}

__all__ = ["SHAPES", "Covariance", "Diagonal", "Full", "Spherical", "Tied"]
