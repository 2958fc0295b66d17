"""A run on a page: hand it in, find it again by the link, watch it while it trains.

The page polls the store in a fragment, so only that part of it is drawn again.  A run does not
notice whether anybody watches.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui.controls import training as controls
from pages.ui.server import desk, prepare
from pages.ui.text import escape
from pages.ui.visitor import visitor

if TYPE_CHECKING:
    from latentcore.runs.recipe import Recipe
    from latentcore.training.store import Kept

DeltaGenerator = st.delta_generator.DeltaGenerator
SECONDS = 0.4  # between two looks at a run
PATIENT_SECONDS = 2.0  # while others are before it in the queue
FIRST = 3  # runs that start as soon as there are workers are looked at often while those start
LIVE = ("waiting", "running")
SLUGS = {"pages/vae.py": "vae", "pages/vq_vae.py": "vq-vae", "pages/pixelcnn.py": "pixelcnn"}
PAGES: Mapping[str, tuple[str, str, str]] = {
    "VAE": ("VAE", "pages/vae.py", "VAE"),
    "VQVAE": ("VQ-VAE", "pages/vq_vae.py", "VQ-VAE"),
    "CompositionVQVAE": ("VQ-VAE", "pages/vq_vae.py", "VQ-VAE"),
    "ByLikelihood": ("VQ-VAE", "pages/vq_vae.py", "VQ-VAE"),
    "Prior": ("Prior", "pages/pixelcnn.py", "PixelCNN"),
}
"""Class of a model -> what people call it, the page that shows its runs, and that page's title."""
OTHER_VERSION = "This run was started by another version of Latent Lab and cannot be shown here."
RUN = "run"
"""Where the link holds the run of a page; a page with two runs has a second name."""


def hand_in(  # noqa: PLR0913 (what to train, and for whom)
    recipe: "Recipe",
    name: str = "",
    key: str = RUN,
    private: bool = False,
    attachments: Mapping[str, bytes] | None = None,
) -> str | None:
    """Start a run and put it into the link; None, and a sentence, if there is no room."""
    from latentcore.training.executor import NoWorkers, Refused
    from latentcore.training.store import StoreError

    try:
        run = desk().start(recipe, visitor(), name, private, attachments)
    except (Refused, NoWorkers, StoreError) as trouble:
        st.warning(escape(str(trouble), 400), icon=":material/hourglass_top:")
        return None
    open_run(run, key)
    return run


def watched(key: str = RUN) -> "Kept | None":
    """The run that the link names; None, with a sentence where it names one that is not there."""
    from latentcore.training.store import NoSuchRun

    prepare()
    run = st.query_params.get(key)
    if not run:
        return None
    try:
        return desk().store.run(run)
    except NoSuchRun:
        st.info(
            "The run in this link is not here: it was deleted, it expired, or the link was cut. "
            "Train a new one."
        )
        return None


def places(*keys: str) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where runs go, and the rest: runs come first once the link holds one by any of the keys."""
    above, below = st.container(), st.container()
    return (above, below) if any(key in st.query_params for key in keys) else (below, above)


def open_run(run: str, key: str = RUN) -> None:
    """Put the run into the link."""
    st.query_params[key] = run


def model(run: "Kept") -> str:
    """What people call the model that a run trains."""
    return PAGES[run.kind][0] if run.kind in PAGES else run.kind


def link(run: "Kept") -> None:
    """A link to the page that shows such runs."""
    if run.kind in PAGES:
        _, page, title = PAGES[run.kind]
        label = f"See it on the page {title}"
        with suppress(st.errors.StreamlitPageNotFoundError):  # opened alone, it knows no others
            st.page_link(
                page, label=label, icon=":material/arrow_forward:", query_params={RUN: run.id}
            )


def elsewhere(run: "Kept", kind: str = "") -> None:
    """The run in the link is one of another page, or an unreadable one of this page's `kind`."""
    if run.kind == kind:
        st.info(OTHER_VERSION)
        return
    said = f"This run trains a {escape(model(run))}, which is shown on another page"
    if run.kind in PAGES:
        _, page, title = PAGES[run.kind]
        said += f": [{title}]({SLUGS[page]}?{RUN}={run.id})"
    st.info(f"{said}.")


def leave(key: str = RUN) -> None:
    """Take the run out of the link."""
    st.query_params.pop(key, None)


def watch(run: "Kept", draw: Callable[["Kept"], None]) -> None:
    """How the run stands, its buttons, and what `draw` makes of it.

    Again and again while it trains; when it has ended the page is drawn once more as a whole.
    """
    every = _pause(run)

    @st.fragment(run_every=every)
    def look() -> None:
        from latentcore.training.store import NoSuchRun

        try:
            now = desk().store.run(run.id)
            if every and _pause(now) != every:
                st.rerun()
            _stand(now)
            draw(now)
        except NoSuchRun:
            st.info("This run has been deleted.")

    look()


def still(runs: "Sequence[Kept]") -> "list[Kept]":
    """Runs as they stand now; those that were deleted meanwhile are left out."""
    from latentcore.training.store import NoSuchRun

    found = []
    for run in runs:
        with suppress(NoSuchRun):
            found.append(desk().store.run(run.id))
    return found


def _pause(run: "Kept") -> float | None:
    """Seconds between two looks: a class that waits must not keep the server busy with asking."""
    if run.state not in LIVE:
        return None
    if run.state != "waiting":
        return SECONDS
    ahead = desk().position(run.id) or 0
    return PATIENT_SECONDS if ahead > (0 if desk().ready else FIRST) else SECONDS


def mine(run: "Kept") -> bool:
    """Whether this browser started the run: others watch it."""
    return run.visitor == visitor()


def _stand(run: "Kept") -> None:
    """One line: state, progress, button."""
    words, button = st.columns([5, 1], vertical_alignment="center")
    if mine(run):
        with button:
            if run.state in LIVE:
                if controls.stop(run.id):
                    desk().stop(run.id)
                    st.rerun()
            elif run.state in ("stopped", "failed") and controls.resume(run.id):
                _resume(run)
    with words:
        done = min(run.step / run.steps, 1.0) if run.steps else 1.0
        st.progress(done, text=said(run))
    if run.state == "failed":
        st.error(escape(run.message, 600))
    elif run.message:
        st.info(escape(run.message, 600))


def said(run: "Kept") -> str:
    """The state of a run in words."""
    if run.state == "waiting":
        if not desk().ready:
            return "The workers are starting, once for the server: it takes some seconds"
        place = desk().position(run.id)
        if place is None or place <= 0:
            return "Waiting for a worker"
        return f"Waiting: number {place} in the queue"
    steps = f"step {run.step:,} of {run.steps:,}"
    if run.state == "running":
        pace = f", {run.step / run.seconds:,.0f} steps/s" if run.seconds > 0 else ""
        return f"Training on {run.device or 'a worker'}: {steps}{pace}"
    words = {"finished": "Finished", "stopped": "Stopped", "failed": "Failed"}
    return f"{words.get(run.state, run.state)}: {steps} in {run.seconds:.1f} s"


def _resume(run: "Kept") -> None:
    from latentcore.training.executor import NoWorkers, Refused
    from latentcore.training.store import StoreError

    try:
        desk().resume(run.id, visitor())
    except (Refused, NoWorkers, StoreError) as trouble:
        st.warning(escape(str(trouble), 400), icon=":material/hourglass_top:")
        return
    st.rerun()
