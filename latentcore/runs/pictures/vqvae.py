"""What a codebook looks like while it is learned: use, places, maps, and what codes stand for.

step (), passing ()         how often the codes have been updated; whether the warm-up lasts
counts (K,)                 positions given to each code, over up to PASS training samples
moved (K,), share (K,)      step of the last restart, running share (where there are any)
place (K, 2)                codes in the plane of the first two principal components of ...
encoded (M, 2), owner (M,)  ... encoder outputs, and the code of each; explained (2,)
index (S, h, w)             maps of held-out samples
error ()                    mean squared error of their reconstructions

images        x, reconstruction (S, C, H, W) and decoded (K, C, a, b), what the middle of a map
              full of one code decodes to: bytes; used (K, h, w), where in the map a code is
compositions  profile (K, p), mean of the samples that hold a code; decoded (K, p); table
              (K, classes), how often each class does; sample (N, 2) in the plane of the
              log-ratios, first (N,) its first code, label (N,); names and classes as text
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from latentcore.networks.vqvae import ByLikelihood
from latentcore.networks.vqvae.autoencoder import CodeAutoencoder, rows
from latentcore.networks.vqvae.code_model import CodeModel
from latentcore.networks.vqvae.features import features
from latentcore.runs.dataset import Dataset
from latentcore.training.run import Run

Arrays = Mapping[str, NDArray[Any]]

PASS = 1024  # samples over which codes are counted
POINTS = 400  # encoder outputs drawn
BYTES = 40_000  # of the images shown, and of what codes decode to
PARTS = 40  # of a composition


@torch.no_grad()
def picture(run: Run[Any], data: Dataset) -> Arrays:
    """The arrays above, on the CPU; about 20 KB for digits and 128 codes."""
    model = run.model
    x = torch.from_numpy(data.x[:PASS]).to(run.device)
    index = model.encode(x)
    latent, codebook = _latent(model, x)
    points, place, explained = _plane(latent, codebook)
    some = torch.linspace(0, len(points) - 1, min(POINTS, len(points))).long()
    seen = {
        "counts": torch.bincount(index.flatten(), minlength=model.codes).int(),
        "place": place,
        "encoded": points[some.to(points.device)],
        "owner": index.flatten()[some.to(index.device)].short(),
        "explained": explained,
        **_upkeep(model),
    }
    images = x.ndim == 4
    seen |= _images(model, data, run.device) if images else _compositions(model, data, x, index)
    if images:
        seen["used"] = _where(index, model.codes)
    found = {name: np.array(value.detach().cpu().numpy()) for name, value in seen.items()}
    return found if images else found | _texts(data)


def _upkeep(model: CodeModel) -> dict[str, Tensor]:
    """What the quantiser itself keeps; a model without one is never warmed up or restarted."""
    if not isinstance(model, CodeAutoencoder):
        return {"passing": torch.tensor(False)}
    kept = model.quantizer.picture()
    kept.pop("codebook")
    return kept


def _latent(model: CodeModel, x: Tensor) -> tuple[Tensor, Tensor]:
    """Encoder outputs as the codes see them, (M, D), and the codes, (K, D)."""
    if isinstance(model, CodeAutoencoder):
        every = rows(model.encoded(x)).float()
        return model.quantizer.prepare(every), model.quantizer.codebook
    assert isinstance(model, ByLikelihood)
    parts = x.shape[1]
    return features(x)[:, :parts], features(model.likelihood.mean(model.output))[:, :parts]


def _plane(latent: Tensor, codebook: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Both in the plane of the rows' principal components, and its two shares of the variance."""
    centre = latent.mean(0)
    centred = (latent - centre).double().cpu()
    variance, axes = torch.linalg.eigh(centred.T @ centred / len(centred))
    axes = torch.nn.functional.pad(axes.flip(1)[:, :2], (0, max(0, 2 - len(axes))))
    share = variance.flip(0)[:2] / variance.sum().clamp(min=1e-30)
    share = torch.nn.functional.pad(share, (0, max(0, 2 - len(share))))
    codes = (codebook - centre).double().cpu() @ axes
    return (centred @ axes).float(), codes.float(), share.float()


def _images(model: CodeModel, data: Dataset, device: torch.device) -> dict[str, Tensor]:
    """Held-out images, seen through their codes, and what each code alone decodes to."""
    shown = max(4, min(32, BYTES // int(np.prod(data.shape))))
    x = torch.from_numpy(data.test[:shown]).to(device)
    scaled, output = model.likelihood.scaled(x), model.reconstruct(x)
    return {
        "x": _bytes(scaled),
        "reconstruction": _bytes(output),
        "error": (scaled - output).square().mean(),
        "index": model.encode(x).short(),
        "decoded": _bytes(_alone(model, x)),
    }


def _alone(model: CodeModel, x: Tensor) -> Tensor:
    """Maps full of one code decoded, the tile of the middle position and what lies around it."""
    h, w = model.encode(x[:1]).shape[1:]
    number = torch.arange(model.codes, device=x.device)
    full = number[:, None, None].expand(-1, h, w)
    portions = [model.likelihood.mean(model.decode(part)) for part in torch.split(full, 64)]
    whole = torch.cat(portions)  # K C H W
    height, width = whole.shape[2:]
    most = int((BYTES / model.codes / whole.shape[1]) ** 0.5)
    tiles = -(-height // h), -(-width // w)
    tall, wide = (
        min(3 * tile, side, max(tile, most))
        for tile, side in zip(tiles, (height, width), strict=True)
    )
    top, left = (height - tall) // 2, (width - wide) // 2
    return whole[:, :, top : top + tall, left : left + wide]


def _where(index: Tensor, codes: int) -> Tensor:
    """How often each code is at each position: (N, h, w) -> (K, h, w)."""
    n, h, w = index.shape
    position = torch.arange(h * w, device=index.device).expand(n, -1)
    both = index.reshape(n, -1) * (h * w) + position
    return torch.bincount(both.flatten(), minlength=codes * h * w).reshape(codes, h, w).int()


def _compositions(model: CodeModel, data: Dataset, x: Tensor, index: Tensor) -> dict[str, Tensor]:
    """What codes stand for in a table: profiles, decoded profiles, classes, an ordination."""
    shares = model.likelihood.scaled(x)
    slots = index.reshape(len(x), -1)
    held = torch.zeros(len(x), model.codes, device=x.device)
    held.scatter_add_(1, slots, torch.ones_like(slots, dtype=torch.float))  # N K
    profile = held.T @ shares / held.sum(0)[:, None].clamp(min=1)
    number = torch.arange(model.codes, device=x.device)
    full = number[:, None, None].expand(-1, *index.shape[1:])
    test = torch.from_numpy(data.test).to(x.device)
    sample, _, _ = _plane(features(x)[:, : x.shape[1]], features(x)[:1, : x.shape[1]])
    keep = shares.mean(0).argsort(descending=True)[:PARTS]
    seen = {
        "index": model.encode(test).short(),
        "error": (model.likelihood.scaled(test) - model.reconstruct(test)).square().mean(),
        "profile": profile[:, keep],
        "decoded": model.likelihood.mean(model.decode(full))[:, keep],
        "kept": keep,
        "sample": sample,
        "first": slots[:, 0].short(),
    }
    if data.y is not None:
        y = torch.from_numpy(data.y[:PASS]).to(x.device)
        one = torch.nn.functional.one_hot(y, max(len(data.classes), 1)).float()
        seen |= {"table": held.T @ one, "label": y.short()}
    return seen


def _texts(data: Dataset) -> dict[str, NDArray[Any]]:
    """Names of parts and classes as UTF-8, one a line: pictures hold numbers only."""
    return {
        key: np.array(bytearray("\n".join(" ".join(t.split()) for t in texts).encode()))
        for key, texts in (("names", data.names), ("classes", data.classes))
    }


def _bytes(image: Tensor) -> Tensor:
    return (255 * image.clamp(0, 1)).round().to(torch.uint8)
