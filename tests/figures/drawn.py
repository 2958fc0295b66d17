"""A sampling made of known numbers, for figures and the canvas that plays it."""

import numpy as np

from latentcore.figures.sampling import Sampling


def drawn(  # noqa: PLR0913 (all that a sampling can vary in)
    n=6, grid=(4, 4), codes=16, picture=(1, 8, 8), known=None, grey=False, seed=0
):
    """Pictures are flat, of a brightness that tells the sample and the frame."""
    rng = np.random.default_rng(seed)
    h, w = grid
    p = rng.dirichlet(np.full(codes, 0.3), size=(n, h, w))
    index = (rng.random((n, h, w, 1)) > p.cumsum(3)).sum(3)
    top = np.argsort(-p, axis=3)[..., :3]
    known = np.zeros(grid, bool) if known is None else known
    draws = int((~known).sum())
    after, seen = np.arange(draws + 1), None
    if picture:
        shade = 10 * np.arange(n) + 5 * after[:, None]
        seen = np.broadcast_to(shade[:, :, None, None, None], (draws + 1, n, *picture))
    return Sampling(
        codes=index.astype(np.int16),
        known=known,
        entropy=-(p * np.log2(np.maximum(p, 1e-12))).sum(3),
        chance=np.take_along_axis(p, index[..., None], 3)[..., 0],
        top=top,
        share=np.take_along_axis(p, top, 3),
        count=codes,
        grey=grey,
        seen=None if seen is None else seen.astype(np.uint8),
        after=after if picture else None,
        names=() if known.any() else tuple(f"<b>{k}</b>" for k in range(n)),
    )
