"""The stacks to choose from; a new one is a file and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from latentcore.networks.priors.diagonal_bilstm import DiagonalBiLSTM
from latentcore.networks.priors.gated import Gated
from latentcore.networks.priors.masked import Masked
from latentcore.networks.priors.pixelcnn import PixelCNN
from latentcore.networks.priors.protocol import Build
from latentcore.networks.priors.row_lstm import RowLSTM

ARCHITECTURES: Mapping[str, Build] = MappingProxyType(
    {
        "pixelcnn": PixelCNN,
        "gated": Gated,
        "row lstm": RowLSTM,
        "diagonal bilstm": DiagonalBiLSTM,
        "masked": Masked,
    }
)
