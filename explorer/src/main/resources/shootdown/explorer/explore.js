/*
 * The explorer's part of the page: the steps that are possible here, what holds here, searches, export.
 * The story so far and its pictures are drawn by story.js. All decisions are the server's; whatever it
 * names is put into the page as text.
 *
 * The place is the path behind "#path=" in the address; the rest of the page follows from it.
 */
(() => {
  "use strict";

  const element = id => document.getElementById(id);
  const make = (name, className, ...inside) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...inside);
    return made;
  };
  const plural = (n, what) => n + " " + what + (n === 1 ? "" : "s");

  let place = null; // what the server said of the path shown
  let asked = 0; // of several requests for places only the last one counts
  let hunt = 0; // the number of the search in progress, 0 for none

  // The path in the address.

  const pathInAddress = () => {
    const match = /^#path=([0-9.]*)$/.exec(location.hash);
    return match ? match[1] : "";
  };
  const goTo = path => {
    const hash = "#path=" + path;
    if (location.hash === hash) load();
    else location.hash = hash;
  };
  const onward = number => goTo([...place.path, number].join("."));
  const backTo = length => goTo(place.path.slice(0, length).join("."));

  // Requests.

  const ask = async (resource, options) => {
    let answer;
    try {
      answer = await fetch(resource, options);
    } catch (e) {
      throw new Error("The explorer does not answer; is the command still running?");
    }
    const text = await answer.text();
    if (answer.ok) return text;
    let problem = { problem: "The explorer answered " + answer.status };
    try {
      problem = JSON.parse(text);
    } catch (e) {
      // not from the explorer: the status must do
    }
    throw Object.assign(new Error(problem.problem), { column: problem.column || 0 });
  };

  async function load() {
    const mine = ++asked;
    const path = pathInAddress();
    try {
      const found = JSON.parse(await ask("api/place?path=" + encodeURIComponent(path)));
      if (mine !== asked) return;
      place = found;
      tell("");
      draw();
    } catch (e) {
      if (mine === asked) tell(e.message, true);
    }
  }

  // Drawing.

  function draw() {
    element("path").value = place.path.join(".");
    element("back").disabled = place.path.length === 0;
    element("first").disabled = place.path.length === 0;
    element("policy").textContent = place.policy;
    element("universe").textContent = place.universe;
    document.title = place.policy + " in " + place.universe + ": explorer";
    drawProperties();
    drawNext();
  }

  function drawProperties() {
    const words = { holds: "holds", broken: "broken", "nothing-at-stake": "nothing at stake" };
    element("properties").replaceChildren(
      ...place.properties.map(property => {
        const item = make("li", "property " + property.judgement);
        const name = make("span", "name", property.id + " " + property.title);
        name.title = property.says;
        const judgement = make("span", "judgement", words[property.judgement]);
        item.append(name, " ", judgement);
        if (property.optional) item.append(" ", make("span", "optional", "(optional)"));
        if (property.wrong) item.append(make("p", "wrong", property.wrong));
        return item;
      }));
    const broken = place.properties.filter(each => each.judgement === "broken" && !each.optional);
    element("export").disabled = broken.length === 0;
  }

  function drawNext() {
    const groups = new Map();
    for (const step of place.next) {
      if (!groups.has(step.cpu)) groups.set(step.cpu, []);
      groups.get(step.cpu).push(step);
    }
    const sections = [...groups].map(([cpu, steps]) => {
      const heading = make("h3", "", "CPU" + cpu);
      heading.id = "next-cpu" + cpu;
      const list = make("ul", "choices", ...steps.map(choice));
      list.setAttribute("aria-labelledby", heading.id);
      return make("section", "", heading, list);
    });
    if (sections.length === 0) {
      sections.push(make("p", "", "No CPU can go on from here."));
    }
    element("next").replaceChildren(...sections);
  }

  function choice(step) {
    const button = make("button", "choice" + (step.breaks.length ? " breaks" : ""));
    button.type = "button";
    const text = step.operation && step.operation !== step.text ? step.operation : step.text;
    button.append(
      make("span", "number", String(step.number)), " ",
      make("code", "function", step.function), " ",
      make("span", "text", text));
    if (step.actor !== step.cpu) button.append(" ", make("span", "actor", "on CPU" + step.actor));
    if (step.choices > 1) {
      const result = step.text === text ? "" : ": " + step.text;
      button.append(
        make("span", "result", "result " + (step.choice + 1) + " of " + step.choices + result));
    }
    for (const change of step.changes) button.append(make("span", "change", change));
    if (step.breaks.length) {
      button.append(make("strong", "broken", "breaks " + step.breaks.join(", ")));
    }
    button.addEventListener("click", () => onward(step.number));
    return make("li", "", button);
  }

  // Searches.

  async function search() {
    const expression = element("expression");
    element("search-status").classList.remove("problem");
    try {
      const path = encodeURIComponent(place.path.join("."));
      const answer = await ask("api/search?path=" + path, {
        method: "POST",
        body: expression.value
      });
      follow(JSON.parse(answer));
    } catch (e) {
      hunting(0);
      status(e.message, true);
      if (e.column) {
        expression.focus();
        expression.setSelectionRange(e.column - 1, expression.value.length);
      }
    }
  }

  function follow(found) {
    hunting(found.state === "running" ? found.id : 0);
    const seen = plural(found.states, "state") + " seen";
    switch (found.state) {
      case "running":
        status("searching: " + seen + ", " + plural(found.depth, "step") + " deep");
        setTimeout(() => poll(found.id), 250);
        break;
      case "found": {
        const further = found.path.length - place.path.length;
        status(further === 0
          ? "true here"
          : "found, " + plural(further, "step") + " further on; " + seen);
        goTo(found.path.join("."));
        break;
      }
      case "nowhere":
        status("nowhere: all " + plural(found.states, "state") + " that can be reached from there");
        break;
      case "limit":
        status("not found: the memory is full after " + plural(found.states, "state"), true);
        break;
      case "cancelled":
        status("stopped; " + seen);
        break;
      default:
        status("the search has failed; the command says why", true);
    }
  }

  async function poll(id) {
    if (hunt !== id) return;
    try {
      const answer = JSON.parse(await ask("api/search?id=" + id));
      if (hunt === id) follow(answer);
    } catch (e) {
      hunting(0);
      status(e.message, true);
    }
  }

  async function stop() {
    const id = hunt;
    hunting(0);
    try {
      follow(JSON.parse(await ask("api/search?id=" + id, { method: "DELETE" })));
    } catch (e) {
      status(e.message, true);
    }
  }

  function hunting(id) {
    hunt = id;
    element("stop").disabled = id === 0;
  }

  // Export.

  async function save() {
    try {
      const text = await ask("api/scenario?path=" + encodeURIComponent(place.path.join(".")));
      const link = make("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
      link.download = place.policy + "." + place.universe + ".scn";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      tell("saved; shootdown run takes it");
    } catch (e) {
      tell(e.message, true);
    }
  }

  // What is said.

  const say = (where, text, problem) => {
    where.textContent = text;
    where.classList.toggle("problem", Boolean(problem));
  };
  const tell = (text, problem) => say(element("said"), text, problem);
  const status = (text, problem) => say(element("search-status"), text, problem);

  // Keys: up and down among the steps that are possible; "b" for back, "/" for the search.

  function key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const typing = event.target.matches("input, textarea, select");
    if (typing) return;
    const choices = [...document.querySelectorAll("#next .choice")];
    const at = choices.indexOf(document.activeElement);
    switch (event.key) {
      case "b":
        if (place && place.path.length) backTo(place.path.length - 1);
        break;
      case "n":
        if (choices.length) choices[0].focus();
        break;
      case "/":
        element("expression").focus();
        break;
      case "ArrowDown":
      case "ArrowUp":
        if (at < 0) return;
        choices[Math.min(choices.length - 1, Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1)))]
          .focus();
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  // Start.

  element("back").addEventListener("click", () => backTo(place.path.length - 1));
  element("first").addEventListener("click", () => goTo(""));
  element("export").addEventListener("click", save);
  element("stop").addEventListener("click", stop);
  element("go").addEventListener("submit", event => {
    event.preventDefault();
    goTo(element("path").value.trim().replace(/[^0-9.]/g, ""));
  });
  element("search").addEventListener("submit", event => {
    event.preventDefault();
    search();
  });
  document.addEventListener("keydown", key);
  addEventListener("hashchange", load);
  load();
})();
