"use strict";

/*
 * The page of the explorer: the way so far and its states, drawn by StoryView as on the page of a story; and what
 * the explorer adds: the steps that are possible, what holds here, searches, export. The server decides everything;
 * what it names is put on the page as text.
 *
 * The place is the path behind "#path=" in the address, and nothing else is kept.
 */
(() => {
  const byId = id => document.getElementById(id);
  const plural = (n, what) => n + " " + what + (n === 1 ? "" : "s");

  let place = null; // what the server said of the path in the address
  let asked = 0; // of several requests for places only the last one counts
  let hunt = 0; // the number of the search in progress, 0 for none
  let foundAt = ""; // the path that the last search has found: elsewhere its message is out of place

  const view = new StoryView(
    {steps: byId("steps"), state: byId("state"), says: byId("says")},
    {onStep: shown, isBad: n => n > 0 && required(place.breaks[n - 1].properties).length > 0});

  /** Those of some properties that every check judges. */
  function required(ids) {
    return ids.filter(id => !place.properties.find(property => property.id === id).optional);
  }

  // The path in the address.

  function pathInAddress() {
    const match = /^#path=([0-9.]*)$/.exec(location.hash);
    return match ? match[1] : "";
  }

  function goTo(path) {
    const hash = "#path=" + path;
    if (location.hash === hash) {
      load();
    } else {
      location.hash = hash;
    }
  }

  const pathTo = length => place.path.slice(0, length).join(".");
  const here = () => encodeURIComponent(pathTo(place.path.length));
  const back = () => goTo(pathTo(place.path.length - 1));

  // Requests.

  async function ask(resource, options) {
    let answer;
    try {
      answer = await fetch(resource, options);
    } catch (e) {
      throw new Error("The explorer does not answer; has the command ended?");
    }
    const text = await answer.text();
    if (answer.ok) {
      return text;
    }
    const problem = JSON.parse(text);
    throw Object.assign(new Error(problem.problem), {column: problem.column});
  }

  async function load() {
    const mine = ++asked;
    try {
      const found = JSON.parse(await ask("api/place?path=" + encodeURIComponent(pathInAddress())));
      if (mine === asked) {
        place = found;
        draw();
      }
    } catch (e) {
      if (mine === asked) {
        tell(e.message, true);
      }
    }
  }

  // Drawing.

  function draw() {
    tell("");
    byId("policy").textContent = place.policy;
    byId("universe").textContent = place.universe;
    document.title = place.policy + " in " + place.universe + ": explorer";
    byId("path").value = pathTo(place.path.length);
    if (hunt === 0 && foundAt !== pathTo(place.path.length)) {
      status("");
    }
    byId("back").disabled = byId("first").disabled = place.path.length === 0;
    view.step = place.events.length;
    view.load({machine: place.machine, opening: place.opening, events: place.events});
    byId("properties").replaceChildren(...place.properties.map(property));
    drawNext();
  }

  /** Some state on the way is looked at. */
  function shown(n) {
    byId("elsewhere").hidden = n === view.last;
    byId("elsewhere-text").textContent =
      "This is the state " + (n === 0 ? "at first" : "after step " + n) + "; what holds and the next steps are those after step "
      + view.last + ".";
  }

  function property({id, title, says, optional, judgement, wrong}) {
    return el("li", {class: "property " + judgement},
      el("span", {class: "name", title: says}, id + " " + title + (optional ? " (optional)" : "")),
      el("span", {class: "judgement"}, judgement.replaceAll("-", " ")),
      wrong ? el("p", {class: "wrong"}, wrong) : null);
  }

  function drawNext() {
    const within = byId("next").contains(document.activeElement);
    const cpus = [...new Set(place.next.map(step => step.cpu))];
    byId("next").replaceChildren(...cpus.map(cpu => el("section", {},
      el("h3", {id: "next-" + cpu}, cpuName(cpu)),
      el("ul", {"aria-labelledby": "next-" + cpu},
        place.next.filter(step => step.cpu === cpu).map(step => el("li", {}, choice(step)))))));
    if (cpus.length === 0) {
      byId("next").append(el("p", {}, "No CPU can go on from here."));
    }
    if (within) {
      (choices()[0] || byId("back")).focus();
    }
  }

  function choice(step) {
    const text = step.operation || step.text;
    const more = [];
    if (step.actor !== step.cpu) {
      more.push("done by " + cpuName(step.actor));
    }
    if (step.choices > 1) {
      more.push("result " + (step.choice + 1) + " of " + step.choices + (step.text === text ? "" : ": " + step.text));
    }
    const broken = place.properties.filter(each => each.judgement === "broken").map(each => each.id);
    const newly = step.breaks.filter(id => !broken.includes(id));
    const still = step.breaks.filter(id => broken.includes(id));
    if (still.length) {
      more.push("still broken: " + still.join(", "));
    }
    const bad = required(newly).length > 0;
    return el("button", {
      type: "button",
      class: "choice" + (bad ? " breaks" : ""),
      onclick: () => goTo([...place.path, step.number].join("."))
    },
    el("span", {class: "number"}, String(step.number)),
    el("code", {class: "function"}, step.function), " ", text,
    [...step.changes, ...more].map(line => el("span", {class: "more"}, line)),
    newly.length ? el("strong", {class: bad ? "broken" : "more"}, "breaks " + newly.join(", ")) : null);
  }

  // Searches.

  async function search() {
    const expression = byId("expression");
    try {
      follow(JSON.parse(await ask("api/search?path=" + here(), {method: "POST", body: expression.value})));
    } catch (e) {
      hunting(0);
      status(e.message, true);
      if (e.column) {
        const indent = expression.value.length - expression.value.trimStart().length;
        expression.focus();
        expression.setSelectionRange(indent + e.column - 1, expression.value.length);
      }
    }
  }

  function follow(found) {
    hunting(found.state === "running" ? found.id : 0);
    const seen = plural(found.states, "state");
    switch (found.state) {
      case "running":
        status("Searching: " + seen + " so far, " + plural(found.depth, "step") + " deep.");
        setTimeout(() => poll(found.id), 250);
        break;
      case "found": {
        const further = found.path.length - place.path.length;
        status(further === 0 ? "True here already." : "Found, " + plural(further, "step") + " further on; " + seen + " seen.");
        foundAt = found.path.join(".");
        if (further > 0) {
          goTo(foundAt);
        }
        break;
      }
      case "nowhere":
        status("In none of the " + seen + " that can be reached from here.");
        break;
      case "limit":
        status("Not found: the memory is full, with " + seen + ".", true);
        break;
      case "cancelled":
        status("Stopped, with " + seen + " seen.");
        break;
      default:
        status("The search has failed; the command tells why.", true);
    }
  }

  async function poll(id) {
    if (hunt !== id) {
      return;
    }
    try {
      const answer = JSON.parse(await ask("api/search?id=" + id));
      if (hunt === id) {
        follow(answer);
      }
    } catch (e) {
      hunting(0);
      status(e.message, true);
    }
  }

  async function stop() {
    const id = hunt;
    hunting(0);
    try {
      follow(JSON.parse(await ask("api/search?id=" + id, {method: "DELETE"})));
    } catch (e) {
      status(e.message, true);
    }
  }

  function hunting(id) {
    hunt = id;
    byId("stop").disabled = id === 0;
  }

  // Export.

  async function save() {
    try {
      const url = URL.createObjectURL(new Blob([await ask("api/scenario?path=" + here())], {type: "text/plain"}));
      const name = (place.policy + "-" + place.universe).replace(/[^A-Za-z0-9.-]+/g, "-").slice(0, 80);
      el("a", {href: url, download: name + ".scn"}).click();
      setTimeout(() => URL.revokeObjectURL(url), 10000);
      tell("Saved; shootdown run takes it.");
    } catch (e) {
      tell("No scenario: " + e.message + ".", true);
    }
  }

  // What is said.

  function say(where, text, problem) {
    where.textContent = text;
    where.classList.toggle("problem", Boolean(problem));
  }

  const tell = (text, problem) => say(byId("said"), text, problem);
  const status = (text, problem) => say(byId("search-status"), text, problem);

  // Keys.

  const choices = () => [...byId("next").querySelectorAll(".choice")];

  function move(by) {
    const all = choices();
    const at = all.indexOf(document.activeElement);
    if (at >= 0) {
      all[Math.max(0, Math.min(all.length - 1, at + by))].focus();
    }
    return at >= 0;
  }

  /** What keys do; what returns false leaves the key to the browser. */
  const keys = {
    n: () => choices()[0]?.focus(),
    b: () => place && place.path.length && back(),
    "/": () => byId("expression").focus(),
    "?": () => byId("keys").open ? byId("keys").close() : byId("keys").showModal(),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    ArrowLeft: () => view.show(view.step - 1),
    ArrowRight: () => view.show(view.step + 1)
  };
  document.addEventListener("keydown", press => {
    const action = keys[press.key];
    const typing = press.target.matches("input");
    if (action && place && !typing && !press.ctrlKey && !press.metaKey && !press.altKey
        && (!byId("keys").open || press.key === "?") && action() !== false) {
      press.preventDefault();
    }
  });

  // Start.

  const actions = {
    first: () => goTo(""),
    back,
    "from-here": () => goTo(pathTo(view.step)),
    export: save,
    stop,
    help: keys["?"],
    "close-keys": () => byId("keys").close()
  };
  for (const [id, action] of Object.entries(actions)) {
    byId(id).addEventListener("click", action);
  }
  const forms = {go: () => goTo(byId("path").value.replaceAll(/[^0-9.]/g, "")), search};
  for (const [id, action] of Object.entries(forms)) {
    byId(id).addEventListener("submit", submitted => {
      submitted.preventDefault();
      action();
    });
  }
  addEventListener("hashchange", load);
  load();
})();
