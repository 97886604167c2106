"use strict";
// Search, filter, sort and copy. The page is complete without this.
(() => {
  const tools = document.querySelector(".tools");
  const list = document.getElementById("cards");
  const cards = [...list.querySelectorAll(".card")];
  const control = (id) => document.getElementById(id);
  const choice = (id) => control(id).value;
  const text = new Map(cards.map((card) => [card, card.textContent.toLowerCase()]));
  const verdict = (card) => card.getAttribute(`data-verdict-${control("phase").selectedIndex}`);
  const shown = () => cards.filter((card) => !card.hidden);

  function filter() {
    const words = choice("search").toLowerCase().split(/\s+/).filter(Boolean);
    for (const card of cards) {
      card.hidden = !(
        words.every((word) => text.get(card).includes(word)) &&
        (!choice("verdict") || verdict(card) === choice("verdict")) &&
        (!choice("owner") || card.dataset.owner === choice("owner")) &&
        (!choice("channel") || card.dataset.channels.split("|").includes(choice("channel")))
      );
    }
    control("shown").textContent = `${shown().length} of ${cards.length} shown`;
  }

  const orders = {
    order: (a, b) => a.dataset.order - b.dataset.order,
    name: (a, b) => a.dataset.name.localeCompare(b.dataset.name) || orders.order(a, b),
    effort: (a, b) => b.dataset.effort - a.dataset.effort || orders.order(a, b),
  };
  function sort() {
    cards.sort(orders[choice("sort")]);
    list.append(...cards);
  }

  // A pasted name must not become a formula.
  const pasted = (value) => (/^\s*[=+\-@]/.test(value) ? `'${value}` : value).replace(/\s+/g, " ");
  function table() {
    const phases = [...control("phase").options].map((option) => option.value);
    const head = ["integration", "owner", "channels", ...phases, "effort (hours, most)", "why"];
    const rows = shown().map((card) => [
      card.dataset.name, card.dataset.owner, card.dataset.channels.replaceAll("|", ", "),
      ...phases.map((_, number) => card.getAttribute(`data-verdict-${number}`)),
      card.dataset.effort, card.dataset.why,
    ].map(pasted));
    return [head, ...rows].map((row) => row.join("\t")).join("\n");
  }
  async function copy() {
    try {
      await navigator.clipboard.writeText(table());
      control("shown").textContent = `${shown().length} rows copied`;
    } catch {
      control("shown").textContent = "This browser does not let the page copy";
    }
  }

  const folds = () => cards.map((card) => card.querySelector("details"));
  function toggle() {
    const open = folds().some((fold) => !fold.open);
    for (const fold of folds()) fold.open = open;
    control("toggle").textContent = open ? "Close all" : "Open all";
  }
  function follow() {
    const card = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!card?.classList.contains("card")) return;
    card.hidden = false;
    card.querySelector("details").open = true;
    card.scrollIntoView();
  }

  // Closed they read as an overview; without JavaScript, and on paper, what needs work stands open.
  for (const fold of folds()) fold.open = false;
  tools.hidden = false;
  tools.addEventListener("submit", (event) => event.preventDefault());
  for (const id of ["search", "phase", "verdict", "owner", "channel"]) control(id).addEventListener("input", filter);
  control("sort").addEventListener("input", sort);
  control("copy").addEventListener("click", copy);
  control("toggle").addEventListener("click", toggle);
  window.addEventListener("hashchange", follow);
  window.addEventListener("beforeprint", () => folds().forEach((fold) => { fold.open = true; }));
  filter();
  follow();
})();
