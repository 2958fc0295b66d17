// One instance for each place on the page.  Streamlit calls the default export again at every rerun
// and theme change; an instance lives on until its element goes.

export function hosted(selector, mount) {
  const instances = new WeakMap();
  return (component) => {
    const host = component.parentElement;
    const root = host.querySelector(selector);
    let instance = instances.get(host);
    if (instance && instance.root !== root) {
      instance.leave();
      instance = null;
    }
    instance = instance || { ...mount(root), root };
    instances.set(host, instance);
    instance.render(component.data);
    const turn = (instance.turn = (instance.turn || 0) + 1);
    return () => {
      if (instance.turn !== turn) return; // a later call has taken over
      instance.leave();
      instances.delete(host);
    };
  };
}

// Calls `begin` once, when most of the element has come into view.
export function whenSeen(root, begin) {
  const eye = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    eye.disconnect();
    begin();
  }, { threshold: 0.35 });
  eye.observe(root);
  return eye;
}

// Makes a canvas w x h CSS pixels, sharp on this screen, and returns its context.
export function sized(canvas, w, h) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const [pw, ph] = [Math.round(w * ratio), Math.round(h * ratio)];
  if (canvas.width !== pw || canvas.height !== ph) [canvas.width, canvas.height] = [pw, ph];
  canvas.style.width = `${w}px`;
  canvas.style.height = `${h}px`;
  const c = canvas.getContext("2d");
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.clearRect(0, 0, w, h);
  return c;
}
