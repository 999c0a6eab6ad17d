"use strict";
(() => {
  const table = document.querySelector("table");
  const controls = document.querySelector(".controls");
  if (!table || !controls) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const words = rows.map((row) => row.textContent.toLowerCase());
  const shown = controls.querySelector("output");
  const search = controls.querySelector("input[type=search]");
  const boxes = Array.from(controls.querySelectorAll("input[type=checkbox]"));
  const collator = new Intl.Collator("en", { numeric: true });

  const filter = () => {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    rows.forEach((row, at) => {
      const fits = verdicts.has(row.dataset.verdict) && wanted.every((word) => words[at].includes(word));
      row.hidden = !fits;
      count += fits ? 1 : 0;
    });
    shown.textContent = `${count} of ${rows.length} rows`;
  };

  const key = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
  const sort = (head, column) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const ordered = rows.map((row, at) => [key(row, column), at, row]);
    ordered.sort(([a, first], [b, second]) => {
      // What has no value stands last, whichever way the others go.
      if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1) || first - second;
      return (down ? collator.compare(b, a) : collator.compare(a, b)) || first - second;
    });
    body.append(...ordered.map(([, , row]) => row));
  };

  Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(head, column));
    head.replaceChildren(button);
  });
  search.addEventListener("input", filter);
  for (const box of boxes) box.addEventListener("change", filter);
  controls.hidden = false;
  filter();
})();
