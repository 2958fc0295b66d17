"""Array types and the letters used for axes everywhere in this package.

N samples, D features (p parts on the simplex), K components, C classes.  Logarithms are
natural, so likelihoods are in nats.  Arrays handed in and out have samples first, (N, D) and
(N, K); inside a sweep features come first, (D, n) and (K, n), because then every reduction
runs along contiguous memory.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
