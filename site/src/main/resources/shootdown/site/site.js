// Search, and what pages need besides: the index is loaded when the search box is first used. Texts of
// the index are put in as text, never as HTML.
'use strict';
(() => {
  const top = document.body.dataset.top;
  const form = document.querySelector('.search');
  const input = form.querySelector('input');
  const panel = form.querySelector('.results');
  const status = panel.querySelector('p');
  const list = panel.querySelector('ol');
  const most = 25;
  let index = null;
  let wanted = false;

  function load() {
    if (wanted) return;
    wanted = true;
    const script = document.createElement('script');
    script.src = top + 'search-index.js';
    script.onload = () => {
      index = [];
      for (const [place, title, sections] of window.searchIndex) {
        for (const [anchor, heading, text] of sections) {
          index.push({
            href: top + place + (anchor ? '#' + anchor : ''), title, heading, text,
            inTitle: title.toLowerCase(), inHeading: heading.toLowerCase(), inText: text.toLowerCase(),
          });
        }
      }
      search();
    };
    script.onerror = () => { panel.hidden = false; status.textContent = 'The index could not be loaded.'; };
    document.head.append(script);
  }

  // Every word must be somewhere; where it is decides the order.
  function score(entry, words, phrase) {
    let sum = 0;
    for (const word of words) {
      const inHeading = entry.inHeading.includes(word);
      const inTitle = entry.inTitle.includes(word);
      const at = entry.inText.indexOf(word);
      if (!inHeading && !inTitle && at < 0) return 0;
      sum += (inHeading ? 8 : 0) + (inTitle ? 5 : 0) + (at >= 0 ? 2 : 0);
    }
    if (entry.inTitle === phrase) sum += 20;
    if (entry.inHeading.startsWith(phrase)) sum += 10;
    if (entry.inText.includes(phrase)) sum += 3;
    return sum;
  }

  function snippet(entry, words) {
    const places = words.map((word) => entry.inText.indexOf(word)).filter((at) => at >= 0);
    const start = Math.max(0, (places.length ? Math.min(...places) : 0) - 60);
    const text = entry.text.slice(start, start + 180);
    return (start > 0 ? '… ' : '') + text + (start + 180 < entry.text.length ? ' …' : '');
  }

  function marked(text, words) {
    const parts = document.createDocumentFragment();
    const lower = text.toLowerCase();
    let done = 0;
    while (done < text.length) {
      let at = -1;
      let length = 0;
      for (const word of words) {
        const found = lower.indexOf(word, done);
        if (found >= 0 && (at < 0 || found < at)) { at = found; length = word.length; }
      }
      if (at < 0) break;
      parts.append(text.slice(done, at));
      const mark = document.createElement('mark');
      mark.textContent = text.slice(at, at + length);
      parts.append(mark);
      done = at + length;
    }
    parts.append(text.slice(done));
    return parts;
  }

  function result(entry, words) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = entry.href;
    const name = document.createElement('b');
    name.append(marked(entry.heading === entry.title ? entry.title : entry.title + ': ' + entry.heading, words));
    const context = document.createElement('span');
    context.append(marked(snippet(entry, words), words));
    link.append(name, context);
    item.append(link);
    return item;
  }

  function search() {
    const phrase = input.value.trim().toLowerCase();
    panel.hidden = phrase === '';
    if (panel.hidden) return;
    if (index === null) {
      status.textContent = 'Loading …';
      return;
    }
    const words = [...new Set(phrase.split(/\s+/))];
    const found = index.map((entry) => ({ entry, points: score(entry, words, phrase) }))
      .filter((hit) => hit.points > 0)
      .sort((a, b) => b.points - a.points);
    const count = found.length === 1 ? '1 place' : found.length + ' places';
    status.textContent = found.length > most ? count + '; the best ' + most + ':' : found.length ? count + ':' : 'Nothing has ' + (words.length > 1 ? 'all of these words.' : 'this word.');
    list.replaceChildren(...found.slice(0, most).map((hit) => result(hit.entry, words)));
  }

  function close() {
    panel.hidden = true;
    input.value = '';
  }

  form.hidden = false;
  input.addEventListener('focus', load);
  input.addEventListener('input', () => { load(); search(); });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const first = list.querySelector('a');
    if (!panel.hidden && first) first.click();
  });
  list.addEventListener('click', () => { panel.hidden = true; });
  form.addEventListener('keydown', (event) => {
    const links = [input, ...list.querySelectorAll('a')];
    const at = links.indexOf(document.activeElement);
    if (event.key === 'Escape') {
      close();
      input.focus();
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && at >= 0 && !panel.hidden) {
      event.preventDefault();
      links[Math.min(links.length - 1, Math.max(0, at + (event.key === 'ArrowDown' ? 1 : -1)))].focus();
    }
  });
  document.addEventListener('click', (event) => { if (!form.contains(event.target)) panel.hidden = true; });
  document.addEventListener('keydown', (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
    }
  });

  // On a narrow screen the navigation is folded.
  const narrow = window.matchMedia('(max-width: 55rem)');
  const fold = () => { document.querySelector('.sections details').open = !narrow.matches; };
  narrow.addEventListener('change', fold);
  fold();

  // What scrolls sideways can be reached by keyboard.
  for (const table of document.querySelectorAll('main table')) {
    const box = document.createElement('div');
    box.className = 'scroll';
    table.replaceWith(box);
    box.append(table);
  }
  const reachable = () => {
    for (const box of document.querySelectorAll('pre, .scroll')) {
      if (box.scrollWidth > box.clientWidth) {
        box.tabIndex = 0;
        box.setAttribute('role', 'group');
        box.setAttribute('aria-label', box.matches('pre') ? 'Text that scrolls' : 'Table that scrolls');
      } else {
        ['tabindex', 'role', 'aria-label'].forEach((name) => box.removeAttribute(name));
      }
    }
  };
  reachable();
  window.addEventListener('resize', reachable);

  // A link to itself behind every heading.
  for (const heading of document.querySelectorAll('main :is(h2, h3, h4)[id]')) {
    const link = document.createElement('a');
    link.className = 'here';
    link.href = '#' + heading.id;
    link.textContent = '#';
    link.setAttribute('aria-label', 'Link to: ' + heading.textContent);
    heading.append(link);
  }
})();
