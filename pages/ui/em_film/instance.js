// One instance for one element.  Streamlit calls the default export again at every rerun and theme
// change; `mount(root)` is called once and gives { root, render(component), leave() }.

const instances = new WeakMap();

export function renderInto(component, name, mount) {
  const host = component.parentElement;
  const root = host.querySelector(`.${name}`);
  let instance = instances.get(host);
  if (instance && instance.root !== root) {
    instance.leave();
    instance = null;
  }
  instance = instance || mount(root);
  instances.set(host, instance);
  instance.render(component);
  const turn = (instance.turn = (instance.turn || 0) + 1);
  return () => {
    if (instance.turn !== turn) return; // a later call has taken over
    instance.leave();
    instances.delete(host);
  };
}
