"""Everything that decides what a run will be: the same recipe gives the same numbers (on a CPU)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.vae.settings import VAESettings
from latentcore.networks.vqvae.settings import (
    ByLikelihoodSettings,
    CompositionSettings,
    VQVAESettings,
)
from latentcore.runs.sources import Source
from latentcore.training.plan import Plan
from latentcore.training.record import from_json, to_json

Model = VAESettings | VQVAESettings | CompositionSettings | ByLikelihoodSettings | PriorSettings

KINDS: Mapping[type[Any], str] = {
    VAESettings: "VAE",
    VQVAESettings: "VQVAE",
    CompositionSettings: "CompositionVQVAE",
    ByLikelihoodSettings: "ByLikelihood",
    PriorSettings: "Prior",
}
"""Class of the settings -> name of the model, as in `latentcore.networks.models.MODELS`."""


@dataclass(frozen=True)
class Recipe:
    """The model's settings, the data, the plan of training, the learning rate and the seed."""

    model: Model
    source: Source
    plan: Plan
    learning_rate: float = 3e-3
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what training would refuse later."""
        if not 0 < self.learning_rate < 10:
            raise ValueError(f"the learning rate is above 0 and below 10, got {self.learning_rate}")
        if self.seed < 0:
            raise ValueError(f"the seed is a whole number from 0, got {self.seed}")

    @property
    def kind(self) -> str:
        """Name of the model."""
        return KINDS[type(self.model)]

    def to_json(self) -> dict[str, Any]:
        """Plain values that `json.dumps` writes."""
        plain: dict[str, Any] = to_json(self)
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Recipe":
        """What `to_json` wrote.  Raises ValueError saying which field is wrong."""
        return from_json(cls, dict(plain))
