"use strict";

/**
 * Draws a story, or the way that somebody took through a universe: its steps, one lane for each
 * CPU, and the state after one of them. The data are those of docs/json.md; all text in them is
 * put on the page as text, never as HTML.
 *
 *   const view = new StoryView({steps, state, says}, {onStep: n => ...});
 *   view.load({machine, opening, events});   // again for other data; stays at its step if it can
 *   view.append(event);                      // one step more
 *   view.show(3);                            // the state after step 3; 0 is the opening
 */

/** A new element; children that are strings become text. */
function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) {
      node.addEventListener(name.slice(2), value);
    } else if (value === true) {
      node.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(name, value);
    }
  }
  node.append(...children.flat().filter(child => child !== null && child !== ""));
  return node;
}

function svg(tag, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    node.setAttribute(name, value);
  }
  return node;
}

const cpuName = cpu => "CPU" + cpu;
const cpuNames = cpus => cpus.map(cpuName).join(", ");

/** A flush that is ordered, in words. */
function orderText(order) {
  const parts = [];
  if (order.local) {
    parts.push("here " + order.local);
  }
  if (order.targets.length) {
    parts.push("on " + cpuNames(order.targets) + " " + order.others);
  }
  const flushes = parts.length ? "flush " + parts.join(", ") : order.rootCopy ? "new root copy here" : "no flush";
  return order.source.replace("-", " ") + ": " + flushes;
}

function messageText(message) {
  switch (message.kind) {
    case "asked":
      return "flush IPI to " + cpuName(message.to) + " (" + message.flags + ")";
    case "served":
      return "serves the flush IPI of " + cpuName(message.from) + " (" + message.flags + ")";
    case "assisted":
      return "flush of " + cpuName(message.to) + " by the hypervisor below (" + message.flags + ")";
    default:
      return "flush of " + cpuName(message.to) + " is lost (" + message.flags + ")";
  }
}

/** What a CPU has still to do, each in words. */
function pendingTexts(pending) {
  const texts = [];
  if (pending.local) {
    texts.push("to flush here: " + pending.local + " (" + pending.source + ")");
  }
  if (pending.targets.length) {
    texts.push("waits for " + cpuNames(pending.targets) + " to flush " + pending.others + " (" + pending.source + ")");
  }
  if (pending.page) {
    texts.push("only " + pending.page);
  }
  if (pending.atExit) {
    texts.push("at the return to the guest: " + pending.atExit);
  }
  if (pending.parked) {
    texts.push("still to be dropped: " + pending.parked);
  }
  if (pending.holds) {
    texts.push("holds " + pending.holds);
  }
  return texts;
}

const rootText = cpu => cpu.root + (cpu.pcid < 0 ? "" : ", PCID " + cpu.pcid);
const memberText = member => member.name + (member.writable ? "" : " ro") + (member.stale ? " stale!" : "");
const membersText = members => members.map(memberText).join(", ") || "nothing";
const entryText = (entries, slot) => (entries.find(entry => entry.slot === slot) || {text: "none"}).text;

/** What can be watched: a kind, and the names in it; keys are arrays. */
const WATCHES = {
  entry: {
    title: ([table, slot]) => table + "[" + slot + "]",
    value(picture, [table, slot]) {
      const found = picture.tables.find(t => t.name === table);
      return found ? entryText(found.entries, slot) : "no such frame";
    }
  },
  frame: {
    title: ([table]) => table,
    value(picture, [table]) {
      const found = picture.tables.find(t => t.name === table);
      return found ? found.use + ", references " + found.count : "no such frame";
    }
  },
  cached: {
    title: ([cpu, what]) => cpuName(cpu) + " may use for " + what,
    value(picture, [cpu, what]) {
      const found = picture.cpus[cpu].cached.find(c => c.what === what);
      return membersText(found ? found.members : []);
    }
  },
  root: {
    title: ([cpu]) => "CR3 of " + cpuName(cpu),
    value: (picture, [cpu]) => rootText(picture.cpus[cpu])
  },
  copy: {
    title: ([cpu, slot]) => "root copy of " + cpuName(cpu) + ", slot " + slot,
    value(picture, [cpu, slot]) {
      const copy = picture.cpus[cpu].copy;
      return !copy ? "none" : copy.due ? "to be made anew" : entryText(copy.entries, slot);
    }
  }
};

class StoryView {
  /**
   * @param places the elements to draw in: steps (an ol), state, and says (a live region) if there is one
   * @param options onStep hears which step is shown; prefix tells links of several views apart;
   *     isBad(n) whether step n is to be marked as the one that goes wrong, isAdded(n) as one that the
   *     story beside it has not
   */
  constructor(places, options = {}) {
    this.places = places;
    this.options = options;
    this.step = 0;
    this.watched = [];
    this.resized = new ResizeObserver(() => this.arrows());
    this.resized.observe(places.steps);
    matchMedia("print").addEventListener("change", () => this.arrows());
  }

  load(data) {
    this.machine = data.machine;
    this.pictures = [data.opening, ...data.events.map(event => event.after)];
    this.events = [...data.events];
    this.places.steps.replaceChildren();
    this.places.steps.style.setProperty("--cpus", this.machine.cpus);
    this.svg = svg("svg", {class: "arrows", "aria-hidden": "true"});
    this.places.steps.append(this.lanes(), this.row(0, null));
    this.events.forEach((event, i) => this.places.steps.append(this.row(i + 1, event)));
    this.show(Math.min(this.step, this.last));
  }

  append(event) {
    this.events.push(event);
    this.pictures.push(event.after);
    this.places.steps.append(this.row(this.last, event));
    this.show(this.last);
  }

  get last() {
    return this.events.length;
  }

  show(n) {
    this.step = Math.max(0, Math.min(this.last, n));
    for (const row of this.places.steps.querySelectorAll("a.step")) {
      if (Number(row.dataset.step) === this.step) {
        row.setAttribute("aria-current", "step");
        row.scrollIntoView({block: "nearest"});
      } else {
        row.removeAttribute("aria-current");
      }
    }
    this.draw();
    this.arrows();
    if (this.places.says) {
      this.places.says.textContent = this.sentence();
    }
    if (this.options.onStep) {
      this.options.onStep(this.step);
    }
  }

  /** The step in one sentence, for who does not see it. */
  sentence() {
    const event = this.events[this.step - 1];
    if (!event) {
      return "At first, before step 1 of " + this.last + ".";
    }
    return ["Step " + this.step + " of " + this.last + ". " + cpuName(event.cpu) + ", " + event.function
      + ": " + event.text, ...event.changes].join(". ") + ".";
  }

  // The steps.

  lanes() {
    const names = [];
    for (let cpu = 0; cpu < this.machine.cpus; cpu++) {
      names.push(el("span", {class: "lane-name"}, cpuName(cpu)));
    }
    return el("li", {class: "lane-names", "aria-hidden": "true"}, this.svg, el("span", {}), names);
  }

  row(n, event) {
    const cells = [el("span", {class: "number"}, n === 0 ? "" : String(n))];
    if (!event) {
      cells.push(el("span", {class: "start"}, "At first"));
    }
    for (let cpu = 0; event && cpu < this.machine.cpus; cpu++) {
      cells.push(el("span", {class: "lane"}, cpu === event.cpu ? this.card(event, this.options.isAdded?.(n)) : ""));
    }
    return el("li", {class: this.options.isBad?.(n) ? "bad" : this.options.isAdded?.(n) ? "added" : null},
      el("a", {
        class: "step",
        href: "#" + (this.options.prefix || "") + "step=" + n,
        "data-step": n,
        onclick: click => {
          if (!click.ctrlKey && !click.metaKey && !click.shiftKey) {
            click.preventDefault();
            this.show(n);
          }
        }
      }, cells));
  }

  card(event, isAdded) {
    const notes = [
      ...(isAdded ? [el("li", {class: "only"}, "only here")] : []),
      ...event.orders.map(order => el("li", {class: "order"}, orderText(order))),
      ...event.messages.map(message => el("li", {class: "message " + message.kind}, messageText(message)))
    ];
    return el("span", {class: "card"},
      el("span", {class: "hidden"}, cpuName(event.cpu) + ": "),
      el("code", {class: "function"}, event.function), " ",
      el("span", {class: "text"}, event.text),
      notes.length ? el("ul", {class: "notes"}, notes) : null,
      event.changes.length
        ? el("ul", {class: "changes"}, event.changes.map(change => el("li", {}, change))) : null);
  }

  /** Draws what passes between CPUs over the steps; the rows say the same in words. */
  arrows() {
    const list = this.places.steps;
    if (!this.svg || !list.offsetParent) {
      return;
    }
    this.svg.setAttribute("width", list.scrollWidth);
    this.svg.setAttribute("height", list.scrollHeight);
    this.svg.replaceChildren();
    const rows = [...list.querySelectorAll("a.step")];
    this.events.forEach((event, i) => {
      for (const message of event.messages) {
        if (message.kind === "asked") {
          if (!this.isServed(i, message)) {
            this.arrow(rows, i, i, message, "waiting");
          }
        } else {
          this.arrow(rows, this.askedAt(i, message), i, message, message.kind);
        }
      }
    });
  }

  sameWay(message, other) {
    return message.from === other.from && message.to === other.to;
  }

  isServed(i, asked) {
    for (let j = i + 1; j < this.events.length; j++) {
      for (const message of this.events[j].messages) {
        if (this.sameWay(message, asked)) {
          return message.kind !== "asked";
        }
      }
    }
    return false;
  }

  askedAt(i, served) {
    for (let j = i; j >= 0; j--) {
      if (this.events[j].messages.some(m => m.kind === "asked" && this.sameWay(m, served))) {
        return j;
      }
    }
    return i;
  }

  arrow(rows, from, to, message, kind) {
    const list = this.places.steps.getBoundingClientRect();
    const laneAt = (row, cpu) => {
      const lanes = rows[row + 1].querySelectorAll(".lane");
      const card = lanes[cpu].querySelector(".card");
      return {box: (card || lanes[cpu]).getBoundingClientRect(), isCard: card !== null};
    };
    const a = laneAt(from, message.from);
    const b = laneAt(to, message.to);
    const right = message.to > message.from;
    const edge = (place, isRight) => !place.isCard ? (place.box.left + place.box.right) / 2
      : isRight ? place.box.right : place.box.left;
    const x1 = edge(a, right) - list.left + this.places.steps.scrollLeft;
    const x2 = edge(b, !right) - list.left + this.places.steps.scrollLeft;
    const y1 = a.box.bottom - list.top - 10;
    const y2 = b.isCard ? b.box.top - list.top + 10 : b.box.bottom - list.top - 10;
    const bend = right ? 14 : -14;
    this.svg.append(
      svg("path", {class: kind, d: `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`}),
      svg("path", {class: "head " + kind, d: kind === "lost"
        ? `M${x2 - 4},${y2 - 4} l8,8 m0,-8 l-8,8`
        : `M${x2 - bend / 2},${y2 - 4} L${x2},${y2} L${x2 - bend / 2},${y2 + 4}`}));
  }

  // The state.

  draw() {
    const is = this.pictures[this.step];
    const was = this.pictures[Math.max(0, this.step - 1)];
    const event = this.events[this.step - 1];
    this.places.state.replaceChildren(el("div", {},
      el("h3", {class: "where"}, event
        ? "After step " + this.step + ": " + cpuName(event.cpu) + " " + event.function
        : "At first"),
      this.happened(event),
      el("div", {class: "cpus"}, is.cpus.map((cpu, i) => this.cpu(is, cpu, was.cpus[i], was))),
      this.domains(is, was),
      this.tables(is, was),
      this.watchList()));
  }

  happened(event) {
    if (!event) {
      return el("p", {class: "happened"}, "The state in which the universe begins.");
    }
    return el("div", {class: "happened"},
      el("p", {}, event.text),
      event.changes.length
        ? el("ul", {"aria-label": "What changed"}, event.changes.map(change => el("li", {}, change))) : null);
  }

  /** A value that was something else before the step: marked, and the old one named. */
  mark(node, is, was) {
    if (is !== was) {
      node.classList.add("changed");
      node.append(el("span", {class: "was"}, " (was " + (was === "" ? "nothing" : was) + ")"));
    }
    return node;
  }

  /** A button that watches something through all steps. */
  watch(kind, names, ...content) {
    const key = JSON.stringify([kind, names]);
    return el("button", {
      type: "button",
      class: "watch",
      "data-key": key,
      "aria-pressed": String(this.watched.some(w => w.key === key)),
      title: "Watch " + WATCHES[kind].title(names) + " through all steps",
      onclick: () => this.toggle(kind, names, key)
    }, ...content);
  }

  toggle(kind, names, key) {
    const at = this.watched.findIndex(w => w.key === key);
    if (at >= 0) {
      this.watched.splice(at, 1);
    } else {
      this.watched.push({kind, names, key});
    }
    this.draw();
    const again = [...this.places.state.querySelectorAll("button.watch")].find(b => b.dataset.key === key);
    (again || this.places.state.querySelector("button"))?.focus();
  }

  cpu(is, cpu, was, wasAll) {
    const facts = el("dl", {});
    const fact = (name, node) => facts.append(el("dt", {}, name), el("dd", {}, node));
    const text = (name, value, old) => {
      if (value || old) {
        fact(name, this.mark(el("span", {}, value || "nothing"), value, old));
      }
    };
    fact("CR3", this.mark(this.watch("root", [cpu.cpu], rootText(cpu)), rootText(cpu), rootText(was)));
    text("call", cpu.call, was.call);
    text("kernel base", cpu.kernelBase, was.kernelBase);
    text("user base", cpu.userBase, was.userBase);
    text("pending", pendingTexts(cpu.pending).join("; "), pendingTexts(was.pending).join("; "));
    return el("div", {class: "cpu", role: "group", "aria-label": cpuName(cpu.cpu)},
      el("h4", {}, cpuName(cpu.cpu), el("span", {class: "mode"}, cpu.mode),
        this.machine.severalDomains ? el("span", {class: "mode"}, cpu.vcpu) : null),
      this.mark(el("p", {class: "does"}, cpu.where), cpu.where, was.where),
      facts,
      cpu.copy ? this.copy(is, cpu, was, wasAll) : null,
      this.cached(cpu, was));
  }

  /** The root copy beside the L4 that it is a copy of. */
  copy(is, cpu, was) {
    const copy = cpu.copy;
    const base = cpu.mode === "guest user" && cpu.userBase ? cpu.userBase : cpu.kernelBase;
    const l4 = is.tables.find(table => table.name === base);
    const old = was.copy || {entries: [], due: false};
    const slots = this.machine.slots.filter(slot => slot < 256 || slot > 271);
    const caption = copy.name + (copy.monitor ? ", monitor table" : copy.due ? ": to be made anew" : "");
    if (copy.monitor) {
      return el("p", {class: "copy"}, caption + ": " + (copy.entries.map(
        entry => "[" + entry.slot + "] " + entry.text).join(", ") || "empty"));
    }
    return el("table", {class: "copy"},
      el("caption", {class: copy.due === old.due ? null : "changed"}, caption),
      el("thead", {}, el("tr", {}, el("th", {scope: "col"}, "slot"),
        el("th", {scope: "col"}, l4 ? l4.name : "L4"), el("th", {scope: "col"}, "copy"))),
      el("tbody", {}, slots.map(slot => {
        const here = entryText(copy.entries, slot);
        const there = l4 ? entryText(l4.entries, slot) : "";
        const differs = !copy.due && l4 && here !== there;
        const cell = el("td", {class: differs ? "stale" : null},
          this.watch("copy", [cpu.cpu, slot], here), differs ? " differs!" : "");
        return el("tr", {}, el("th", {scope: "row"}, String(slot)), el("td", {}, there),
          this.mark(cell, here, entryText(old.entries, slot)));
      })));
  }

  cached(cpu, was) {
    if (!cpu.cached.length && !was.cached.length) {
      return null;
    }
    const find = (cached, what) => (cached.find(c => c.what === what) || {members: []}).members;
    const all = [...new Set([...cpu.cached, ...was.cached].map(c => c.what))];
    return el("div", {class: "cached"}, el("h5", {}, "May use"),
      el("ul", {}, all.map(what => {
        const members = find(cpu.cached, what);
        const row = el("li", {}, this.watch("cached", [cpu.cpu, what], what), ": ");
        members.forEach((member, i) => row.append(i ? ", " : "",
          el("span", {class: member.stale ? "stale" : "fresh"}, memberText(member))));
        row.append(members.length ? "" : "nothing");
        return this.mark(row, membersText(members), membersText(find(was.cached, what)));
      })));
  }

  domains(is, was) {
    if (!is.domains.length) {
      return null;
    }
    return el("section", {class: "domains"}, el("h4", {}, "Domains"),
      el("ul", {}, is.domains.map((domain, i) => this.mark(
        el("li", {}, "domain " + domain.domid + ", dirty mask: " + (cpuNames(domain.dirty) || "none")),
        domain.dirty.join(), was.domains[i].dirty.join()))));
  }

  // The page tables, as a tree from each root; each table once.

  tables(is, was) {
    const tables = new Map(is.tables.map(table => [table.name, table]));
    const before = new Map(was.tables.map(table => [table.name, table]));
    const roots = new Map();
    for (const cpu of is.cpus) {
      for (const [name, why] of [[cpu.kernelBase, "kernel"], [cpu.userBase, "user"], [cpu.root, "CR3"]]) {
        if (tables.has(name)) {
          roots.set(name, [...(roots.get(name) || []), cpuName(cpu.cpu) + " " + why]);
        }
      }
    }
    const shown = new Set();
    const draw = (name, flags, root) => {
      shown.add(name);
      const below = (target, its) =>
        !tables.has(target) ? null : shown.has(target) ? "" : draw(target, its, null);
      return this.table(tables.get(name), before.get(name), flags, root, below);
    };
    const trees = [...roots].map(([name, why]) => shown.has(name) ? null
      : el("li", {}, draw(name, "", el("span", {class: "root-of"}, "root: " + why.join(", ")))));
    const rest = is.tables.filter(table => !shown.has(table.name)).map(table => table.name);
    const alone = rest.map(name => shown.has(name) ? null : el("li", {}, draw(name, "", null)));
    return el("section", {class: "tables"},
      el("h4", {}, "Page tables"), el("ul", {class: "tree"}, trees),
      rest.length ? el("h4", {}, "Not reached from a root") : null,
      rest.length ? el("ul", {class: "tree"}, alone) : null);
  }

  /** The frame's name, the flags of the entry that leads to it and its use, and below them its entries. */
  table(table, was, flags, root, below) {
    const owner = table => table.owner < 0 ? ", nobody's" : ", domain " + table.owner + "'s";
    const use = table => table.use + ", references " + table.count
      + (this.machine.severalDomains ? owner(table) : "")
      + (table.linear > 0 ? ", has linear tables" : table.linear < 0 ? ", is a linear table" : "");
    const slots = [...new Set([...table.entries, ...was.entries].map(entry => entry.slot))].sort((a, b) => a - b);
    return [
      this.watch("frame", [table.name], table.name), flags + " ",
      this.mark(el("span", {class: "use"}, use(table)), use(table), use(was)), root || null,
      slots.length ? el("ul", {}, slots.map(slot => this.entry(table, was, slot, below))) : null
    ];
  }

  entry(table, was, slot, below) {
    const entry = table.entries.find(e => e.slot === slot);
    const text = entryText(table.entries, slot);
    const old = entryText(was.entries, slot);
    const user = entry && entry.flags.includes("user") && !entry.xens ? " u" : "";
    const child = entry && entry.target ? below(entry.target, entry.text.slice(entry.target.length) + user) : null;
    const line = el("span", {class: "entry"},
      this.watch("entry", [table.name, slot], "[" + slot + "] " + (entry && !entry.target ? "=" : "\u2192")), " ",
      child ? null : text + user,
      entry && entry.xens ? el("span", {class: "xens"}, " Xen\u2019s") : null,
      entry && child === "" && entry.target !== table.name ? el("span", {class: "again"}, " (see there)") : null);
    return el("li", {class: entry && entry.xens ? "of-xen" : null}, this.mark(line, text, old), " ", child || null);
  }

  // What is watched, with the steps at which it has changed.

  watchList() {
    if (!this.watched.length) {
      return el("p", {class: "hint"}, "Choose a frame, an entry or an address to watch it through all steps.");
    }
    return el("section", {class: "watched"}, el("h4", {}, "Watched"),
      this.watched.map(({kind, names, key}) => {
        const title = WATCHES[kind].title(names);
        const rows = this.runs(WATCHES[kind], names).map(({from, to, value}) =>
          el("tr", {class: from <= this.step && this.step <= to ? "now" : null},
            el("th", {scope: "row"}, el("a", {
              href: "#" + (this.options.prefix || "") + "step=" + from,
              onclick: click => {
                click.preventDefault();
                this.show(from);
              }
            }, from === to ? "step " + from : "steps " + from + "\u2013" + to)),
            el("td", {class: value.includes("stale!") ? "stale" : null}, value,
              from <= this.step && this.step <= to ? el("span", {class: "was"}, " now") : "")));
        return el("table", {}, el("caption", {}, title, " ", el("button", {
          type: "button",
          "aria-label": "Stop watching " + title,
          onclick: () => this.toggle(kind, names, key)
        }, "\u00d7")), el("tbody", {}, rows));
      }));
  }

  runs(watch, names) {
    const runs = [];
    this.pictures.forEach((picture, step) => {
      const value = watch.value(picture, names);
      const last = runs[runs.length - 1];
      if (last && last.value === value) {
        last.to = step;
      } else {
        runs.push({from: step, to: step, value});
      }
    });
    return runs;
  }
}
