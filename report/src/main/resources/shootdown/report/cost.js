'use strict';
// Turns the report's data into plots. The library draws; here is only what to draw.
(function () {
  const data = JSON.parse(document.getElementById('data').textContent);
  const PARTS = {
    flushes: 'flush instructions',
    waiting: 'waiting for other CPUs',
    interrupted: 'being interrupted',
    refills: 'refills of the TLB',
    'root-copies': 'root copies',
  };
  const DASHES = ['solid', 'dashed', 'dotted', [8, 3, 2, 3], [2, 6], [12, 4], [4, 2, 1, 2, 1, 2], [1, 2], [16, 3]];
  const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle', 'emptyRect', 'emptyTriangle', 'emptyDiamond', 'pin'];
  const INK = 'var(--ink)';
  const colour = (i) => 'var(--c' + (i % 9) + ')';
  const text = { color: INK, fontSize: 12 };
  const axis = {
    axisLabel: text,
    nameTextStyle: text,
    axisLine: { lineStyle: { color: INK } },
    axisTick: { lineStyle: { color: INK } },
    splitLine: { lineStyle: { color: 'var(--line)' } },
  };
  const legend = { textStyle: text, top: 0, left: 0, type: 'plain', itemWidth: 30, inactiveColor: 'var(--line)', inactiveBorderColor: 'var(--line)' };

  const escape = (value) =>
    String(value).replace(/[&<>"']/g, (c) => '&#' + c.charCodeAt(0) + ';');
  const number = (value) => Math.round(value).toLocaleString('en-US');
  const percent = (value) => (value === null ? '-' : (value * 100).toFixed(1) + ' %');
  function rough(value) {
    const units = ['', 'k', 'M', 'G', 'T'];
    let unit = 0;
    while (value >= 999.5 && unit < 4) {
      value /= 1000;
      unit++;
    }
    return (unit === 0 || value >= 99.95 ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2)) + units[unit];
  }
  const tooltip = (formatter, trigger) => ({
    trigger: trigger || 'item',
    confine: true,
    className: 'tip',
    backgroundColor: 'var(--paper)',
    borderColor: INK,
    textStyle: { color: INK, fontSize: 13 },
    axisPointer: { lineStyle: { color: INK }, shadowStyle: { color: 'rgba(128,128,128,.15)' } },
    formatter,
  });
  const base = { animation: false, textStyle: { color: INK }, aria: { enabled: true, label: { enabled: false }, decal: { show: true } } };
  const titled = (recording) => recording.name + (recording.form === 'stock' ? ' (stock)' : '');
  const ideal = new Set(data.policies.filter((p) => p.ideal).map((p) => p.name));
  const called = (name) => (ideal.has(name) ? name + ' (ideal)' : name);

  /** Rows that are alike in something, under one name: the reference's if it is among them. */
  function groups(rows, key) {
    const found = new Map();
    for (const row of rows) {
      const id = JSON.stringify(key(row));
      if (!found.has(id)) found.set(id, []);
      found.get(id).push(row);
    }
    return [...found.values()].map((all) => {
      const shown = all.find((row) => row.policy === data.reference) || all[0];
      return {
        row: shown,
        names: all.map((row) => called(row.policy)),
        name: called(shown.policy) + (all.length > 1 ? ' +' + (all.length - 1) : ''),
      };
    });
  }
  const work = (row) => [row.full, row.partial, row.flushes, row.rootCopies, row.lostUsed, row.lostMost];

  function bars(recording, wide) {
    const all = groups(recording.rows, work).reverse();
    const parts = Object.keys(PARTS).filter((part) => all.some((g) => value(g, part).typical > 0));
    function value(group, part) {
      return group.row.parts.find((p) => p.part === part);
    }
    const series = parts.map((part, i) => ({
      name: PARTS[part],
      type: 'bar',
      stack: 'cycles',
      barMaxWidth: 22,
      itemStyle: { color: colour(Object.keys(PARTS).indexOf(part)), borderColor: INK, borderWidth: 0.5 },
      emphasis: { disabled: true },
      data: all.map((g) => value(g, part).typical),
    }));
    series.push({
      name: 'total',
      type: 'bar',
      stack: 'cycles',
      silent: true,
      itemStyle: { color: 'transparent' },
      emphasis: { disabled: true },
      data: all.map((g) => ({
        value: 0,
        label: {
          show: true,
          position: 'right',
          color: INK,
          formatter: wide
            ? percent(g.row.ofReference) + '  ' + rough(g.row.cycles.low) + '..' + rough(g.row.cycles.high)
            : percent(g.row.ofReference),
        },
      })),
    });
    return {
      height: 125 + 30 * all.length + (wide ? 0 : 50),
      option: {
        ...base,
        legend: { ...legend, data: parts.map((p) => PARTS[p]) },
        grid: { left: 8, right: wide ? 170 : 60, top: wide ? 50 : 100, bottom: 45, containLabel: true },
        xAxis: { ...axis, type: 'value', name: 'cycles', nameLocation: 'middle', nameGap: 28, axisLabel: { ...text, formatter: rough }, splitNumber: wide ? 5 : 2 },
        yAxis: { ...axis, type: 'category', data: all.map((g) => g.name), axisLabel: { ...text, interval: 0, fontSize: wide ? 12 : 10 } },
        tooltip: tooltip((list) => {
          const group = all[list[0].dataIndex];
          const row = group.row;
          return (
            '<strong>' + escape(group.names.join(', ')).replace(/((?:[^,]*,){4})/g, '$1<br>') + '</strong><br>' +
            number(row.flushes.asked) + ' calls flush; ' + number(row.flushes.targets) + ' IPIs<br>' +
            parts.map((p) => escape(PARTS[p]) + ': ' + rough(value(group, p).typical)).join('<br>') +
            '<br>cycles: ' + rough(row.cycles.typical) + ' (' + rough(row.cycles.low) + '..' + rough(row.cycles.high) + '), ' +
            percent(row.ofReference) + ' of ' + escape(data.reference)
          );
        }, 'axis'),
        series,
      },
    };
  }

  /** How safe, for the eye: a rank, a colour and a shape. The words come from check. */
  function rank(verdict) {
    if (verdict === null) return { at: 1, colour: 'var(--unsure)', symbol: 'emptyCircle', word: 'unchecked' };
    if (/^\(?safe\)?$/.test(verdict)) return { at: 3, colour: 'var(--safe)', symbol: 'circle', word: 'safe' };
    if (/^\(?safe\)?\*/.test(verdict)) return { at: 2, colour: 'var(--elsewhere)', symbol: 'diamond', word: 'safe on Xen\u2019s machines (safe*)' };
    if (/^P/.test(verdict)) return { at: -verdict.split(/[ ]/).length, colour: 'var(--broken)', symbol: 'triangle', word: 'breaks ' + verdict };
    return { at: 1, colour: 'var(--unsure)', symbol: 'emptyCircle', word: verdict };
  }

  /** Gives each point a lane for its label, above or below in turn, so that no two labels of a lane meet. */
  function place(points, at, width) {
    const ends = [];
    for (const point of points) {
      const start = Math.max(-14, at(point) - width(point) / 2);
      let lane = 0;
      while (lane < ends.length && ends[lane] > start) lane++;
      ends[lane] = start + width(point);
      point.lane = lane;
      point.first = start === -14;
    }
  }

  function front(wide) {
    const points = new Map();
    for (const one of data.all) {
      if (one.ofReference === null) continue;
      const policy = data.policies.find((p) => p.name === one.policy);
      const r = rank(policy.verdict);
      r.verdict = policy.verdict || 'unchecked';
      const key = r.word + '|' + one.ofReference.toFixed(3);
      if (!points.has(key)) points.set(key, { x: one.ofReference * 100, rank: r, names: [] });
      points.get(key).names.push(called(one.policy));
    }
    const rows = [...new Map([...points.values()].map((p) => [p.rank.word, p.rank])).values()].sort((a, b) => a.at - b.at || (a.word < b.word ? 1 : -1));
    const short = (names) => {
      const shown = names.includes(data.reference) ? data.reference : names[0];
      return names.length > (wide ? 2 : 1) ? shown + ' +' + (names.length - 1) : names.join(', ');
    };
    const most = Math.max(...[...points.values()].map((p) => p.x));
    const plot = wide ? 500 : 200; // about as wide as the plot is at least
    for (const row of rows) {
      const inRow = [...points.values()].filter((p) => p.rank.word === row.word).sort((a, b) => a.x - b.x);
      place(inRow, (p) => (p.x / (most || 1)) * plot, (p) => 12 + 7 * short(p.names).length);
    }
    const lanes = 1 + Math.max(...[...points.values()].map((p) => p.lane >> 1));
    return {
      height: 80 + (36 + 26 * lanes) * rows.length,
      option: {
        ...base,
        grid: { left: 8, right: wide ? 90 : 40, top: 20, bottom: 45, containLabel: true },
        xAxis: { ...axis, type: 'value', min: 0, name: 'cycles, % of ' + data.reference, nameLocation: 'middle', nameGap: 28, axisLabel: { ...text, formatter: '{value} %' } },
        yAxis: { ...axis, type: 'category', data: rows.map((r) => (wide ? r.word : r.verdict)), axisLabel: { ...text, interval: 0 }, splitLine: { show: true, lineStyle: { color: 'var(--line)' } } },
        tooltip: tooltip((p) => '<strong>' + escape(p.data.names.join(', ')).replace(/((?:[^,]*,){4})/g, '$1<br>') + '</strong><br>' + p.data.value[0].toFixed(1) + ' % of ' + escape(data.reference) + '<br>' + escape(p.data.word)),
        series: [
          {
            type: 'scatter',
            symbolSize: 14,
            emphasis: { disabled: true },
            data: [...points.values()].map((p) => ({
              value: [p.x, wide ? p.rank.word : p.rank.verdict],
              names: p.names,
              word: p.rank.word,
              symbol: p.rank.symbol,
              itemStyle: { color: p.rank.colour, borderColor: INK, opacity: 1 },
              label: {
                show: true,
                color: INK,
                fontSize: 11,
                position: 'inside',
                align: p.first ? 'left' : 'center',
                offset: [p.first ? 4 : 0, (p.lane % 2 ? 1 : -1) * (16 + 13 * (p.lane >> 1))],
                formatter: short(p.names),
              },
            })),
          },
        ],
      },
    };
  }

  function timeline(recording, wide) {
    const all = groups(recording.rows, (row) => row.phases.asked)
      .filter((g) => g.row.phases.asked.some((n) => n > 0))
      .sort((a, b) => (b.row.policy === data.reference) - (a.row.policy === data.reference)); // it looks the same in each
    const slices = recording.rows[0].phases.asked.length;
    return {
      height: 300 + 22 * Math.ceil(all.length / (wide ? 4 : 1)),
      option: {
        ...base,
        legend: { ...legend, data: all.map((g) => g.name) },
        grid: { left: 8, right: 20, top: 40 + 22 * Math.ceil(all.length / (wide ? 4 : 1)), bottom: 40, containLabel: true },
        xAxis: { ...axis, type: 'category', name: 'part of the recording', nameLocation: 'middle', nameGap: 28, data: [...Array(slices).keys()].map((i) => (i * 100) / slices + ' %'), axisLabel: { ...text, interval: wide ? 3 : 11 } },
        yAxis: { ...axis, type: 'value', name: 'calls', minInterval: 1, axisLabel: { ...text, formatter: rough } },
        tooltip: tooltip((list) => list[0].axisValue + '<br>' + list.map((p) => escape(p.seriesName) + ': ' + number(p.value) + ' calls').join('<br>'), 'axis'),
        series: all.map((g, i) => ({
          name: g.name,
          type: 'line',
          step: 'middle',
          symbol: SYMBOLS[i % SYMBOLS.length],
          symbolSize: 6,
          showSymbol: true,
          showAllSymbol: false,
          emphasis: { disabled: true },
          lineStyle: { color: colour(i), width: 2, type: DASHES[i % DASHES.length] },
          itemStyle: { color: colour(i) },
          data: g.row.phases.asked,
        })),
      },
    };
  }

  function batches(wide) {
    const sizes = [...new Set(data.recordings.flatMap((r) => r.batches.map((b) => b.requests)))].sort((a, b) => a - b);
    return {
      height: 330 + (wide ? 0 : 60),
      option: {
        ...base,
        legend: { ...legend, data: data.recordings.map(titled) },
        grid: { left: 8, right: 20, top: wide ? 60 : 100, bottom: 40, containLabel: true },
        xAxis: { ...axis, type: 'category', name: 'requests in a call', nameLocation: 'middle', nameGap: 28, data: sizes.map(String) },
        yAxis: { ...axis, type: 'log', name: 'calls', min: 0.5, axisLabel: { ...text, formatter: (v) => (v < 1 ? '' : rough(v)) } },
        tooltip: tooltip((list) => list[0].axisValue + ' requests<br>' + list.map((p) => escape(p.seriesName) + ': ' + number(p.value || 0) + ' calls').join('<br>'), 'axis'),
        series: data.recordings.map((r, i) => ({
          name: titled(r),
          type: 'bar',
          barMaxWidth: 30,
          barMinHeight: 5, // a single call is seen too
          emphasis: { disabled: true },
          itemStyle: { color: colour(i), borderColor: INK, borderWidth: 0.5 },
          data: sizes.map((size) => (r.batches.find((b) => b.requests === size) || { calls: '-' }).calls),
        })),
      },
    };
  }

  const makers = {
    bars: (box, wide) => bars(data.recordings[Number(box.dataset.recording)], wide),
    timeline: (box, wide) => timeline(data.recordings[Number(box.dataset.recording)], wide),
    front: (box, wide) => front(wide),
    batches: (box, wide) => batches(wide),
  };
  const drawn = [];
  function draw(box) {
    const wide = box.clientWidth > 600;
    const made = makers[box.dataset.chart](box, wide);
    box.style.height = made.height + 'px';
    const chart = echarts.getInstanceByDom(box) || echarts.init(box, null, { renderer: 'svg' });
    chart.resize({ width: box.clientWidth, height: made.height });
    chart.setOption(made.option, true);
    // On paper, which may be narrower than the window, the picture shrinks as a whole.
    box.querySelector('svg').setAttribute('viewBox', '0 0 ' + box.clientWidth + ' ' + made.height);
    drawn.push(box);
  }
  const boxes = [...document.querySelectorAll('.chart')];
  boxes.forEach(draw);
  let width = window.innerWidth;
  window.addEventListener('resize', () => {
    if (window.innerWidth !== width) {
      width = window.innerWidth;
      boxes.forEach(draw);
    }
  });
  document.documentElement.dataset.drawn = String(drawn.length);
})();
