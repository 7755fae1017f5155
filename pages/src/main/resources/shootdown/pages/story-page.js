"use strict";

/** The page of one story: its buttons, keys and links, and the same steps under a policy that is safe. */
(() => {
  const byId = id => document.getElementById(id);
  const text = byId("data").textContent;
  const {story} = JSON.parse(text);
  const beside = story.beside;

  const main = new StoryView(
    {steps: byId("steps"), state: byId("state"), says: byId("says")},
    {onStep: shown, isBad: n => n === story.events.length});
  const other = beside
    ? new StoryView({steps: byId("beside-steps"), state: byId("beside-state")}, {prefix: "beside-", isAdded}) : null;

  function shown(n) {
    byId("position").textContent = n + " of " + main.last;
    byId("first").disabled = byId("previous").disabled = n === 0;
    byId("next").disabled = byId("last").disabled = n === main.last;
    byId("banner").hidden = n !== main.last;
    if (location.hash !== "#step=" + n) {
      history.replaceState(null, "", "#step=" + n);
    }
    if (other && other.machine) {
      other.show(besides(n));
    }
  }

  /** Whether a step of the other story is in between two of this one. */
  function isAdded(n) {
    return n > 0 && beside.steps[n - 1] === (n === 1 ? 0 : beside.steps[n - 2]);
  }

  /** The last step of the other story that is beside this one. */
  function besides(n) {
    let last = 0;
    beside.steps.forEach((step, i) => {
      if (step <= n) {
        last = i + 1;
      }
    });
    return last;
  }

  /** The step that the page's address names. */
  function wanted() {
    const found = /^#step=(\d+)$/.exec(location.hash);
    return found ? Number(found[1]) : 0;
  }

  function compare() {
    const on = byId("compare").getAttribute("aria-pressed") !== "true";
    byId("compare").setAttribute("aria-pressed", String(on));
    byId("beside").hidden = !on;
    document.body.classList.toggle("comparing", on);
    if (on && !other.machine) {
      other.load({machine: story.machine, opening: story.opening, events: beside.events});
    }
    shown(main.step);
    main.arrows();
  }

  function save(content, type, name) {
    const url = URL.createObjectURL(new Blob([content], {type}));
    el("a", {href: url, download: name}).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }

  const name = (story.policy + "-" + story.machine.universe).replace(/[^A-Za-z0-9.-]+/g, "-").slice(0, 80);
  const actions = {
    first: () => main.show(0),
    previous: () => main.show(main.step - 1),
    next: () => main.show(main.step + 1),
    last: () => main.show(main.last),
    compare,
    help: () => byId("keys").open ? byId("keys").close() : byId("keys").showModal(),
    "close-keys": () => byId("keys").close(),
    "save-json": () => save(text, "application/json", name + ".json"),
    "save-scenario": () => save(JSON.parse(byId("scenario").textContent), "text/plain", name + ".scn")
  };
  for (const [id, action] of Object.entries(actions)) {
    byId(id)?.addEventListener("click", action);
  }

  const keys = {
    ArrowRight: "next", ArrowLeft: "previous", ArrowDown: "next", ArrowUp: "previous",
    Home: "first", End: "last", "?": "help", c: "compare"
  };
  document.addEventListener("keydown", press => {
    const id = keys[press.key];
    const vertical = press.key === "ArrowDown" || press.key === "ArrowUp";
    if (!id || !byId(id) || press.ctrlKey || press.metaKey || press.altKey
        || (byId("keys").open && press.key !== "?")
        || (vertical && !byId("steps").contains(document.activeElement))) {
      return;
    }
    press.preventDefault();
    actions[id]();
    if (byId("steps").contains(document.activeElement)) {
      byId("steps").querySelector("[aria-current]").focus();
    }
  });
  addEventListener("hashchange", () => main.show(wanted()));

  main.step = wanted();
  main.load({machine: story.machine, opening: story.opening, events: story.events});
  document.body.classList.add("ready");
})();
