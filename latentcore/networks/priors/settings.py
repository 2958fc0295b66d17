"""What a prior is built from: one frozen record of plain values that JSON can hold."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PriorSettings:
    """Shape of the maps and size of the network.

    A map has `grid` = (height, width) positions (1 x N for slots); each holds `channels` numbers
    out of {0..codes-1}: one code, one grey level, or three levels of red, green and blue.
    `first` is the width of the first, masked kernel, `kernel` that of the `layers` after it, so
    that convolutions see first + layers (kernel - 1) columns.  `classes` = 0 is unconditional.
    """

    architecture: str = "gated"
    grid: tuple[int, int] = (4, 4)
    codes: int = 128
    hidden: int = 32
    layers: int = 4
    kernel: int = 3
    first: int = 3
    classes: int = 0
    channels: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "grid", tuple(self.grid))  # JSON knows lists only
        if len(self.grid) != 2 or min(self.grid) < 1:
            raise ValueError(f"grid is (height, width), both 1 or more, got {self.grid}")
        for name in ("codes", "hidden", "layers", "channels"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, got {getattr(self, name)}")
        for name in ("kernel", "first"):
            if getattr(self, name) < 3 or getattr(self, name) % 2 == 0:
                raise ValueError(
                    f"{name} is the width of a kernel with a centre: 3, 5, 7..., "
                    f"got {getattr(self, name)}"
                )
        if self.classes < 0:
            raise ValueError(f"classes is 0 (unconditional) or their number, got {self.classes}")

    @property
    def positions(self) -> int:
        """Height times width."""
        return self.grid[0] * self.grid[1]
