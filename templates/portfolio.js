"use strict";
// Search and filter the clients. The page is complete without this.
(() => {
  const control = (id) => document.getElementById(id);
  const tools = document.querySelector(".tools");
  if (!tools) return;
  const rows = [...control("client-table").tBodies[0].rows].map((row) => ({ row, text: row.textContent.toLowerCase() }));

  function filter() {
    const words = control("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdict = control("verdict").value;
    const attribute = `data-verdict-${control("phase").selectedIndex}`;
    let shown = 0;
    for (const { row, text } of rows) {
      row.hidden = !words.every((word) => text.includes(word)) || (verdict && row.getAttribute(attribute) !== verdict);
      shown += row.hidden ? 0 : 1;
    }
    control("shown").textContent = `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} shown`;
  }

  tools.hidden = false;
  tools.addEventListener("submit", (event) => event.preventDefault());
  for (const id of ["search", "phase", "verdict"]) control(id).addEventListener("input", filter);
  window.addEventListener("beforeprint", () => { for (const { row } of rows) row.hidden = false; });
  window.addEventListener("afterprint", filter);
  filter();
})();
