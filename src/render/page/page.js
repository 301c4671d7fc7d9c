// The script of the review page: the filter, the way through the snapshots, and coming back after a reload.
// Not here: anything that the page needs to be read. It writes only text into the page, never HTML.
"use strict";
(() => {
  const id = (name) => document.getElementById(name);
  const rows = [...id("_table").querySelector("tbody").rows];
  const data = JSON.parse(id("_data").textContent);
  const last = data.frames.length - 1;

  // The table: a row is shown if it has every word, and of many only the first.
  const ROWS_MAX = 60;
  const filter = id("_filter");
  const texts = [];
  let visible = [];
  let isWhole = false;
  const textOf = (at) => (texts[at] ??= rows[at].textContent.toLowerCase());
  const find = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const has = (row, at) => moments[at] && words.every((word) => textOf(at).includes(word));
    const found = rows.filter(has);
    const wanted = new Set(isWhole ? found : found.slice(0, ROWS_MAX));
    for (const row of visible) if (!wanted.has(row)) row.classList.remove("found");
    for (const row of wanted) row.classList.add("found");
    visible = [...wanted];
    const total = moments.filter(Boolean).length;
    id("_found").textContent = found.length === total ? `${total} tasks` : `${found.length} of ${total} tasks`;
    id("_all").textContent = `Show all ${found.length}`;
    id("_all").parentElement.hidden = wanted.size === found.length;
  };

  // The tasks at a snapshot: their status, percentage and holder; nothing where a task did not exist.
  const momentsAt = (frame) => {
    const found = new Array(rows.length);
    for (const { changes } of data.frames.slice(0, frame + 1)) {
      for (const [row, ...moment] of changes) found[row] = moment.length ? moment : undefined;
    }
    return found;
  };
  let moments = momentsAt(last);
  let changed = new Set();

  const paint = (row, moment) => {
    if (!moment) return;
    const [status, percent, holder] = moment;
    const [word, words] = data.statuses[status];
    const mark = row.cells[2].firstElementChild;
    mark.dataset.s = word;
    mark.textContent = words;
    row.cells[4].textContent = data.actors[holder] ?? "";
    row.cells[6].textContent = `${percent}%`;
  };

  const card = (at) => {
    const item = document.createElement("li");
    const [, percent, holder] = moments[at];
    const small = document.createElement("small");
    const share = percent > 0 && percent < 100 ? `${percent}%` : "";
    small.textContent = [data.actors[holder], share].filter(Boolean).join(" ");
    const title = rows[at].cells[1].querySelector("bdi").cloneNode(true);
    item.append(rows[at].cells[0].firstElementChild.cloneNode(true), " ", title, small);
    item.classList.toggle("changed", changed.has(at));
    return item;
  };

  const board = document.querySelector(".board");
  const drawBoard = () => {
    const most = Number(board.dataset.max);
    for (const column of board.children) {
      const status = data.statuses.findIndex(([word]) => word === column.dataset.column);
      const places = [...rows.keys()].filter((at) => moments[at]?.[0] === status);
      column.hidden = places.length === 0;
      column.querySelector(".count").textContent = places.length;
      column.querySelector("ul").replaceChildren(...places.slice(0, most).map(card));
      const more = column.querySelector(".more");
      more.hidden = places.length <= most;
      more.firstElementChild.textContent = places.length - most;
    }
  };

  const slider = id("_at");
  const show = (frame) => {
    const before = moments;
    moments = momentsAt(frame);
    changed = new Set(frame > 0 ? data.frames[frame].changes.map(([row]) => row) : []);
    rows.forEach((row, at) => {
      if (String(moments[at]) !== String(before[at])) {
        paint(row, moments[at]);
        delete texts[at];
      }
      row.classList.toggle("changed", changed.has(at));
    });
    drawBoard();
    find();
    slider.value = frame;
    const { name, figures } = data.frames[frame];
    slider.setAttribute("aria-valuetext", name);
    id("_shown").textContent = `${name}: ${figures}`;
    id("_earlier").disabled = frame === 0;
    id("_later").disabled = frame === last;
    document.body.classList.toggle("past", frame < last);
    const told = document.querySelector(`[data-frame="${frame}"] .changes`);
    const note = document.createElement("p");
    const since = frame > 0 ? `${changed.size} tasks changed since ${data.frames[frame - 1].name}. ` : "";
    note.textContent = `${since}${frame < last ? "Only the board and the table show this snapshot." : ""}`;
    id("_changes").replaceChildren(note, ...(told ? [told.cloneNode(true)] : []));
    id("_changes").hidden = !note.textContent;
  };
  const goTo = (frame) => show(Math.min(Math.max(frame, 0), last));

  // Where the reader was, before the page loads itself again.
  const place = `git coord html ${location.pathname}`;
  const nameOf = (details) => details.closest("[id]").id + details.firstElementChild.textContent;
  const save = () => {
    const top = document.elementFromPoint(innerWidth / 2, innerHeight / 3)?.closest("article, section[id]");
    return {
      filter: filter.value,
      isWhole,
      frame: Number(slider.value) < last ? data.frames[slider.value].name : "",
      open: [...document.querySelectorAll("details[open]")].map(nameOf),
      focus: document.activeElement?.id ?? "",
      top: top ? [top.id, top.getBoundingClientRect().top] : ["", 0],
      y: scrollY,
    };
  };
  const restore = (saved) => {
    filter.value = saved.filter;
    isWhole = saved.isWhole;
    const frame = data.frames.findIndex(({ name }) => name === saved.frame);
    if (frame >= 0) show(frame);
    else find();
    const open = new Set(saved.open);
    for (const details of document.querySelectorAll("details")) {
      if (open.has(nameOf(details))) details.open = true;
    }
    id(saved.focus)?.focus({ preventScroll: true });
    scrollTo(0, saved.y);
    const top = id(saved.top[0]);
    const settle = () => top && scrollBy(0, top.getBoundingClientRect().top - saved.top[1]);
    settle();
    // What came into sight has been laid out by then, perhaps in another size.
    requestAnimationFrame(() => requestAnimationFrame(settle));
  };

  filter.parentElement.hidden = false;
  filter.addEventListener("input", () => {
    isWhole = false;
    find();
  });
  id("_all").addEventListener("click", () => {
    isWhole = true;
    find();
  });
  if (last > 0) {
    id("_time").hidden = false;
    id("_shown").textContent = `${data.frames[last].name}: ${data.frames[last].figures}`;
    id("_later").disabled = true;
    slider.addEventListener("input", () => goTo(Number(slider.value)));
    id("_earlier").addEventListener("click", () => goTo(Number(slider.value) - 1));
    id("_later").addEventListener("click", () => goTo(Number(slider.value) + 1));
  }
  find();

  // A reader without storage begins at the top again.
  const kept = (() => {
    try {
      return sessionStorage;
    } catch {
      return null;
    }
  })();
  const seconds = Number(document.documentElement.dataset.reload);
  if (seconds && kept) {
    history.scrollRestoration = "manual";
    const saved = kept.getItem(place);
    if (saved) addEventListener("load", () => restore(JSON.parse(saved)));
    addEventListener("pagehide", () => kept.setItem(place, JSON.stringify(save())));
    let used = 0;
    for (const kind of ["input", "pointerdown", "keydown"]) addEventListener(kind, () => (used = performance.now()));
    const again = () => {
      const isBusy = document.hidden || performance.now() - used < 2000 || !getSelection().isCollapsed;
      if (!isBusy) location.reload();
    };
    // A page that takes long to load is not loaded all the time.
    addEventListener("load", () => setInterval(again, Math.max(seconds * 1000, performance.now() * 10)));
  }
})();
