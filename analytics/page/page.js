'use strict';
const read = (id) => JSON.parse(document.getElementById(id)?.textContent || 'null');

// Reads the lines under the pointer: the drawing's own paths are the data.
const days = read('days') || [];
for (const svg of document.querySelectorAll('svg.lines')) {
  const readout = svg.parentElement.querySelector('.readout');
  const cursor = svg.querySelector('.cursor');
  const lines = [...svg.querySelectorAll('.line')].map((path) => ({
    name: path.dataset.name,
    points: path.getAttribute('d').split(/[ML]/).filter(Boolean).map((p) => p.split(' ').map(Number)),
  }));
  const [low, high] = [Number(svg.dataset.low), Number(svg.dataset.high)];
  const text = (y) => {
    const value = high - (y - 10) / 212 * (high - low);
    return svg.dataset.form === 'percent' ? (value * 100).toFixed(2) + '%' : value.toFixed(2);
  };
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width * 720;
    if (!readout || x < 58 || x > 712 || !days.length) return;
    const near = (points) => points.reduce((a, b) => (Math.abs(b[0] - x) < Math.abs(a[0] - x) ? b : a));
    const day = days[Math.min(days.length - 1, Math.floor((x - 58) / 654 * days.length))];
    readout.textContent = [day, ...lines.filter((l) => l.points.length)
      .map((l) => l.name + ' ' + text(near(l.points)[1]))].join(' · ');
    cursor.setAttribute('d', `M${x} 10V222`);
  });
  svg.addEventListener('pointerleave', () => {
    if (readout) readout.textContent = '';
    cursor.setAttribute('d', '');
  });
}

// Sorts, filters and pages the trades.
const data = read('rows');
const table = document.getElementById('trades');
if (data && table) {
  const perPage = 50;
  const rows = data.rows.map((row) => row.map((cell, k) => (data.words[k] ? data.words[k][cell] : cell)));
  const numeric = data.numeric;
  let shown = rows;
  let page = 0;
  let order = { column: 0, down: true };
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, k) => head.classList.toggle('left', !numeric[k]));
  const at = (id) => document.getElementById(id);
  const draw = () => {
    body.replaceChildren(...shown.slice(page * perPage, (page + 1) * perPage).map((row) => {
      const line = document.createElement('tr');
      row.forEach((cell, k) => {
        const td = line.insertCell();
        td.textContent = data.places[k] ? cell.toFixed(data.places[k]) : cell;
        if (!numeric[k]) td.className = 'left';
        else if (k === data.result) td.className = Number(cell) < 0 ? 'loss' : 'gain';
      });
      return line;
    }));
    const pages = Math.max(1, Math.ceil(shown.length / perPage));
    at('place').textContent = `${shown.length} trades, page ${page + 1} of ${pages}`;
    at('back').disabled = page === 0;
    at('on').disabled = page + 1 >= pages;
    heads.forEach((head, k) => (k === order.column
      ? head.setAttribute('aria-sort', order.down ? 'descending' : 'ascending')
      : head.removeAttribute('aria-sort')));
  };
  const arrange = () => {
    const wanted = at('filter').value.toLowerCase();
    const { column, down } = order;
    shown = rows.filter((row) => row.join(' ').toLowerCase().includes(wanted));
    shown.sort((a, b) => {
      const less = numeric[column] ? a[column] - b[column] : a[column] < b[column] ? -1 : Number(a[column] > b[column]);
      return down ? -less : less;
    });
    page = 0;
    draw();
  };
  heads.forEach((head, k) => head.querySelector('button').addEventListener('click', () => {
    order = { column: k, down: order.column === k ? !order.down : numeric[k] };
    arrange();
  }));
  at('filter').addEventListener('input', arrange);
  at('back').addEventListener('click', () => { page -= 1; draw(); });
  at('on').addEventListener('click', () => { page += 1; draw(); });
  arrange();
}
