"use strict";
// Search, filter, sort, copy, and the cards that are drawn on demand. Up to some hundred integrations the page is
// complete without this.
(() => {
  const control = (id) => document.getElementById(id);
  const choice = (id) => control(id).value;
  const numbers = document.documentElement.dataset.numbers;
  const list = control("cards");
  const tools = document.querySelector(".tools");
  const symbols = JSON.parse(tools.dataset.symbols);
  const phases = [...control("phase").options].map((option) => option.value).slice(1);

  // Everything from the data becomes text of an element, never markup.
  function element(tag, className, ...parts) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...parts);
    return made;
  }
  const name = (text) => element("bdi", "", text);
  const verdictOf = (value) => element("span", `verdict v-${value}`, element("span", "", symbols[value]), ` ${value}`);
  const chips = (values) => values.flatMap((value, number) => [
    element("span", "chip", element("span", "at", phases[number]), " ", verdictOf(value)), " ",
  ]);
  function ruleLink(id) {
    const link = element("a", "rule-id", id);
    link.href = `#rule-${id}`;
    return link;
  }
  const evidence = (rows) => element("ul", "evidence", ...rows.map(([supports, value, place]) => element(
    "li", "", element("span", "label", supports.replaceAll("_", " "), value ? ":" : ""), " ",
    ...(value ? [element("q", "", name(value)), " "] : []), element("span", "place", name(place)),
  )));
  const proofOf = (rows) => element(
    "details", "proof",
    element("summary", "", `Evidence: ${rows.length} place${rows.length === 1 ? "" : "s"} with file and row`), evidence(rows),
  );
  const section = (title, ...parts) => [element("h4", "", title), ...parts];
  const rules = (rows) => element("ul", "", ...rows.map(([id, title]) => element("li", "", `${title} (`, ruleLink(id), ")")));

  // Cards as `on_demand.py` writes them; numbers stand for texts.
  function waiting() {
    const data = control("cards-on-demand");
    if (!data) return [];
    const { texts, cards } = JSON.parse(data.textContent);
    const text = (part) => (Array.isArray(part) ? part.map(text) : texts[part]);
    return cards.map((card, number) => ({
      order: list.children.length + number,
      anchor: texts[card[0]], name: texts[card[1]], owner: texts[card[2]], channels: texts[card[3]].split("|"),
      effort: card[4], why: texts[card[5]], verdicts: text(card[6]),
      search: () => JSON.stringify([text(card[1]), text(card[5]), text(card.slice(7))]).toLowerCase(),
      draw: () => draw(card.map((part, at) => (at === 4 ? part : text(part)))),
    }));
  }
  function draw([anchor, label, , , , why, verdicts, presence, facts, connections, remedies, advice, gaps, proof]) {
    const described = facts.map(([title, value]) => element("div", value.length > 80 ? "long" : "", element("dt", "", title), element("dd", "", name(value))));
    const fold = element(
      "details", "",
      element("summary", "", element("h3", "", name(label)), element("span", "chips", element("span", "badge", presence), " ", ...chips(verdicts))),
      element("p", "why", `${why}.`), element("dl", "facts", ...described),
      ...(connections.length ? section(`${connections.length} connection${connections.length === 1 ? "" : "s"}`) : []),
      ...connections.map(([title, at, because, said, rows]) => element(
        "div", "connection", element("p", "sign-in", name(title)),
        element("p", "chips", ...chips(at), element("span", "small", name(because))),
        ...said.map((line) => element("p", "activity", name(line))), ...(rows.length ? [proofOf(rows)] : []),
      )),
      ...(remedies.length ? section("Why, and what to do", rules(remedies)) : []),
      ...(advice.length ? section("Advice", rules(advice)) : []),
      ...(gaps.length ? section("Open questions", element("ul", "gaps", ...gaps.map((gap) => element("li", "", gap)))) : []),
      ...(proof.length ? section("Where it is listed", evidence(proof)) : []),
    );
    const card = element("article", "card", fold);
    card.id = anchor;
    card.tabIndex = -1;
    return card;
  }
  const drawn = [...list.querySelectorAll(".card")].map((card, order) => ({
    order, card, anchor: card.id, name: card.dataset.name, owner: card.dataset.owner,
    channels: card.dataset.channels.split("|"), effort: Number(card.dataset.effort), why: card.dataset.why,
    verdicts: phases.map((_, number) => card.getAttribute(`data-verdict-${number}`)),
    search: () => card.textContent.toLowerCase(),
  }));

  // Kept for every item only once somebody searches.
  const searched = (item) => (item.text ??= item.search());
  const cardOf = (item) => (item.card ??= item.draw());
  const SETTLED = ["ready", "inactive"];
  const STEP = Math.max(drawn.length, 100);
  const items = drawn.length ? [...drawn, ...waiting()] : [];
  let shown = items;
  let most = STEP;

  function show() {
    list.replaceChildren(...shown.slice(0, most).map(cardOf));
    document.querySelector(".more").hidden = shown.length <= most;
    control("more").textContent = `Show ${Math.min(STEP, shown.length - most).toLocaleString(numbers)} more`;
  }
  function filter() {
    const words = choice("search").toLowerCase().split(/\s+/).filter(Boolean);
    const at = choice("phase") ? (item) => [item.verdicts[phases.indexOf(choice("phase"))]] : (item) => item.verdicts;
    // A phase alone asks what it concerns; with a verdict, which have that one then.
    const wanted = (value) => (choice("verdict") ? value === choice("verdict") : !SETTLED.includes(value));
    shown = items.filter((item) => (
      ((!choice("phase") && !choice("verdict")) || at(item).some(wanted)) &&
      (!choice("owner") || item.owner === choice("owner")) &&
      (!choice("channel") || item.channels.includes(choice("channel"))) &&
      words.every((word) => searched(item).includes(word))
    )).sort(orders[choice("sort")]);
    most = STEP;
    show();
    control("shown").textContent = `${shown.length.toLocaleString(numbers)} of ${items.length.toLocaleString(numbers)} shown`;
  }
  const orders = {
    order: (a, b) => a.order - b.order,
    name: (a, b) => a.name.localeCompare(b.name) || a.order - b.order,
    effort: (a, b) => b.effort - a.effort || a.order - b.order,
  };

  // A pasted name must not become a formula.
  const pasted = (value) => (/^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${value}` : String(value)).replace(/\s+/g, " ");
  function table() {
    const head = ["integration", "owner", "channels", ...phases, "effort (hours, most)", "why"];
    const rows = shown.map((item) => [
      item.name, item.owner, item.channels.join(", "), ...item.verdicts, item.effort, item.why,
    ].map(pasted));
    return [head, ...rows].map((row) => row.join("\t")).join("\n");
  }
  async function copy() {
    try {
      await navigator.clipboard.writeText(table());
      control("shown").textContent = `${shown.length.toLocaleString(numbers)} rows copied`;
    } catch {
      control("shown").textContent = "This browser does not let the page copy";
    }
  }

  const folds = () => [...list.querySelectorAll(".card > details")];
  function toggle() {
    const open = folds().some((fold) => !fold.open);
    for (const fold of folds()) fold.open = open;
    control("toggle").textContent = open ? "Close all" : "Open all";
  }
  function follow() {
    const anchor = decodeURIComponent(location.hash.slice(1));
    const item = items.find((one) => one.anchor === anchor);
    if (!item) return;
    const card = cardOf(item);
    if (!card.isConnected) list.prepend(card);
    card.querySelector("details").open = true;
    card.scrollIntoView();
    card.focus({ preventScroll: true });
  }

  // Closed they read as an overview; without JavaScript, and on paper, what needs work stands open.
  for (const fold of folds()) fold.open = false;
  tools.hidden = false;
  tools.addEventListener("submit", (event) => event.preventDefault());
  for (const id of ["search", "phase", "verdict", "owner", "channel", "sort"]) control(id).addEventListener("input", filter);
  control("copy").addEventListener("click", copy);
  control("toggle").addEventListener("click", toggle);
  control("more").addEventListener("click", () => { most += STEP; show(); });
  window.addEventListener("hashchange", follow);
  window.addEventListener("beforeprint", () => list.querySelectorAll("details").forEach((fold) => { fold.open = true; }));
  control("shown").textContent = `${items.length.toLocaleString(numbers)} of ${items.length.toLocaleString(numbers)} shown`;
  document.querySelector(".more").hidden = items.length <= most;
  control("more").textContent = `Show ${Math.min(STEP, items.length - most).toLocaleString(numbers)} more`;
  follow();
})();
