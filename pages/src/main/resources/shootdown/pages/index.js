'use strict';
// Filters and orders the rows of an index. The page is complete without: this only hides and sorts.
(function () {
  const form = document.getElementById('filters');
  const box = document.querySelector('[data-filtered]');
  if (!form || !box) return;
  const count = document.getElementById('count');
  const body = box.tBodies ? box.tBodies[0] : box;
  const rows = [...body.children];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const controls = [...form.elements].filter((control) => control.name);
  const selects = controls.filter((control) => control.tagName === 'SELECT');
  const search = form.elements.text;
  const headers = box.tHead ? [...box.tHead.rows[0].cells] : [];
  let order = null; // {column, descending}

  /** What a control shows when the address says nothing. */
  function first(control) {
    const wanted = control.dataset.first;
    const there = wanted && [...control.options].some((option) => option.value === wanted);
    return there ? wanted : control.tagName === 'SELECT' ? 'all' : '';
  }

  function matches(row, i) {
    for (const select of selects) {
      const wanted = select.value;
      if (wanted === 'all') continue;
      const has = row.dataset[select.name] || '';
      const family = wanted.endsWith('-*') && (has === wanted.slice(0, -2) || has.startsWith(wanted.slice(0, -1)));
      const one = select.name === 'policy' || select.name === 'universe' ? has === wanted : has.split(' ').includes(wanted);
      if (!family && !one) return false;
    }
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    return words.every((word) => texts[i].includes(word));
  }

  function filter() {
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !matches(row, i);
      if (!row.hidden) shown++;
    });
    const said = selects.filter((select) => select.value !== 'all').map((select) => select.selectedOptions[0].textContent);
    if (search.value.trim()) said.push('“' + search.value.trim() + '”');
    count.textContent =
      shown.toLocaleString('en-US') + ' of ' + rows.length.toLocaleString('en-US') + ' ' + box.dataset.what +
      (said.length ? ' (' + said.join(', ') + ')' : '') + (shown ? '' : ': none is like that');
  }

  function key(row, column) {
    const header = headers[column];
    if (header.dataset.sort === 'steps') return row.dataset.steps === '' ? Infinity : Number(row.dataset.steps);
    const text = row.cells[column].textContent;
    return header.dataset.sort === 'number' ? (text === '' ? Infinity : Number(text.replace(/,/g, ''))) : text;
  }

  function sort() {
    headers.forEach((header, i) => {
      if (!header.dataset.sort) return;
      header.setAttribute('aria-sort', order && order.column === i ? (order.descending ? 'descending' : 'ascending') : 'none');
    });
    let sorted = rows;
    if (order) {
      const keyed = rows.map((row, i) => ({ row, i, key: key(row, order.column) }));
      const sign = order.descending ? -1 : 1;
      keyed.sort((a, b) => {
        const unknown = (a.key === Infinity) - (b.key === Infinity);
        return unknown || sign * (typeof a.key === 'string' ? a.key.localeCompare(b.key, 'en', { numeric: true }) : a.key === b.key ? 0 : a.key - b.key) || a.i - b.i;
      });
      sorted = keyed.map((one) => one.row);
    }
    body.append(...sorted);
  }

  function address() {
    const parts = controls
      .filter((control) => control.value !== first(control))
      .map((control) => control.name + '=' + encodeURIComponent(control.value));
    if (order) parts.push('sort=' + (order.descending ? '-' : '') + order.column);
    return '#' + (parts.length ? parts.join('&') : 'all=');
  }

  /** Takes the filter from the address; one that names a place on the page is none. */
  function read() {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes('=')) return;
    const given = new Map();
    for (const part of hash.split('&')) {
      const at = part.indexOf('=');
      if (at < 0) continue;
      try {
        given.set(part.slice(0, at), decodeURIComponent(part.slice(at + 1)));
      } catch (e) {
        continue; // a broken link: as if it were not there
      }
    }
    for (const control of controls) {
      const value = given.has(control.name) ? given.get(control.name) : first(control);
      control.value = value;
      if (control.tagName === 'SELECT' && control.selectedIndex < 0) control.value = 'all';
    }
    const wanted = /^(-?)(\d+)$/.exec(given.get('sort') || '');
    order = wanted && headers[wanted[2]] ? { column: Number(wanted[2]), descending: wanted[1] === '-' } : null;
    filter();
    sort();
  }

  function changed(replace) {
    filter();
    if (replace) history.replaceState(null, '', address());
    else history.pushState(null, '', address());
  }

  headers.forEach((header, i) => {
    if (!header.dataset.sort) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = header.textContent;
    header.textContent = '';
    header.append(button);
    button.addEventListener('click', () => {
      order = !order || order.column !== i ? { column: i, descending: false } : order.descending ? null : { column: i, descending: true };
      sort();
      changed(true);
    });
  });
  form.addEventListener('change', (event) => changed(event.target === search));
  search.addEventListener('input', () => changed(true));
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    for (const control of controls) control.value = control.tagName === 'SELECT' ? 'all' : '';
    changed(false);
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.getAttribute('href').includes('=')) {
      setTimeout(() => {
        read();
        document.getElementById('cells-title').scrollIntoView();
        count.tabIndex = -1;
        count.focus({ preventScroll: true });
      });
    }
  });
  window.addEventListener('hashchange', read);
  window.addEventListener('popstate', read);
  form.hidden = false;
  read();
})();
