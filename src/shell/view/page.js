"use strict";
(() => {
  const stage = document.querySelector(".stage");
  const drawing = stage.querySelector("svg");
  const panel = document.querySelector(".panel");
  const whole = drawing.viewBox.baseVal;
  const full = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
  const seen = { ...full };

  // What is told of a statement stands in the tables already: the panel shows a copy.
  let pinned = null;
  const copies = (cell) => [...cell.childNodes].map((node) => node.cloneNode(true));
  const article = (name) => {
    const row = document.getElementById(name);
    const heads = row.closest("table").tHead.rows[0].cells;
    const found = document.createElement("article");
    const title = document.createElement("h3");
    title.append(...copies(row.cells[0]));
    const list = document.createElement("dl");
    [...row.cells].slice(1).forEach((cell, at) => {
      if (cell.textContent.trim() === "") return;
      const term = document.createElement("dt");
      term.textContent = heads[at + 1].textContent;
      const told = document.createElement("dd");
      told.append(...copies(cell));
      list.append(term, told);
    });
    found.append(title, list);
    return found;
  };
  const show = (thing) => {
    for (const shown of drawing.querySelectorAll(".shown")) shown.classList.remove("shown");
    const names = thing.dataset.of.split(" ");
    for (const other of drawing.querySelectorAll("[data-of]")) {
      if (other.dataset.of.split(" ").some((name) => names.includes(name))) other.classList.add("shown");
    }
    panel.replaceChildren(...names.map(article));
  };
  const thing = (event) => event.target.closest && event.target.closest("[data-of]");

  drawing.addEventListener("pointerover", (event) => {
    const over = thing(event);
    if (over && !pinned && !held) show(over);
  });
  drawing.addEventListener("focusin", (event) => {
    const on = thing(event);
    if (on) { show(on); reveal(on); }
  });
  drawing.addEventListener("click", (event) => {
    if (moved) return;
    const on = thing(event);
    pinned = on || null;
    if (on) show(on);
  });
  drawing.addEventListener("keydown", (event) => {
    const on = thing(event);
    if (on && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      pinned = on;
      show(on);
      panel.focus();
    }
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !pinned) return;
    const back = pinned;
    pinned = null;
    if (back.tabIndex >= 0) back.focus();
  });

  // Panning and zooming move what is seen of the drawing, never the drawing.
  const look = () => drawing.setAttribute("viewBox", [seen.x, seen.y, seen.width, seen.height].join(" "));
  const scale = () => Math.max(seen.width / drawing.clientWidth, seen.height / drawing.clientHeight);
  const zoom = (by, at) => {
    const width = Math.min(Math.max(seen.width * by, full.width / 20), full.width * 4);
    const ratio = width / seen.width;
    const centre = at || { x: seen.x + seen.width / 2, y: seen.y + seen.height / 2 };
    seen.x = centre.x - (centre.x - seen.x) * ratio;
    seen.y = centre.y - (centre.y - seen.y) * ratio;
    seen.width = width;
    seen.height *= ratio;
    look();
  };
  const fit = () => { Object.assign(seen, full); look(); };
  const reveal = (on) => {
    const box = on.getBBox();
    const inside = box.x >= seen.x && box.y >= seen.y
      && box.x + box.width <= seen.x + seen.width && box.y + box.height <= seen.y + seen.height;
    if (inside) return;
    seen.x = box.x + box.width / 2 - seen.width / 2;
    seen.y = box.y + box.height / 2 - seen.height / 2;
    look();
  };
  const place = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());
  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(Math.exp(event.deltaY * 0.002), place(event));
  }, { passive: false });

  let held = null;
  let moved = false;
  drawing.addEventListener("pointerdown", (event) => {
    held = { x: event.clientX, y: event.clientY };
    moved = false;
  });
  window.addEventListener("pointermove", (event) => {
    if (!held) return;
    const [x, y] = [event.clientX - held.x, event.clientY - held.y];
    if (!moved && Math.hypot(x, y) < 4) return;
    moved = true;
    drawing.classList.add("held");
    seen.x -= x * scale();
    seen.y -= y * scale();
    held = { x: event.clientX, y: event.clientY };
    look();
  });
  window.addEventListener("pointerup", () => { held = null; drawing.classList.remove("held"); });

  const done = { in: () => zoom(0.8), out: () => zoom(1.25), fit };
  for (const button of document.querySelectorAll(".tools button")) {
    button.addEventListener("click", () => done[button.dataset.does]());
  }
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = seen.width / 12;
    const keys = {
      "+": done.in, "=": done.in, "-": done.out, "0": done.fit,
      ArrowLeft: () => { seen.x -= step; look(); }, ArrowRight: () => { seen.x += step; look(); },
      ArrowUp: () => { seen.y -= step; look(); }, ArrowDown: () => { seen.y += step; look(); },
    };
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
})();
