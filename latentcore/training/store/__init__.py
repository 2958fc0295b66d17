"""Runs that outlive the tab, the worker and the server: SQL through SQLAlchemy, no PyTorch."""

from latentcore.training.store.curves import Curves
from latentcore.training.store.errors import NoSuchAttachment, NoSuchRun, StoreError
from latentcore.training.store.kept import Kept
from latentcore.training.store.store import Store

__all__ = ["Curves", "Kept", "NoSuchAttachment", "NoSuchRun", "Store", "StoreError"]
