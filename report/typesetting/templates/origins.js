// Origins: a click on a number, on the mark of a claim or on the number of a figure or table opens where it comes from:
// the line of the chapter, the expression, the values. They are no buttons for keyboards and screen readers until the
// button at the top is pressed, as there are hundreds.
{
  const known = JSON.parse(document.getElementById("computed").textContent);
  const idOf = (what) => what.matches(".evidence") ? what.hash.slice(1) : what.matches(".label") ? what.closest("figure").id : what.id;
  const all = [...document.querySelectorAll("main .computed, main a.evidence, main figcaption .label")].filter((what) => known[idOf(what)]);

  const made = (tag, text = "", properties = {}) => Object.assign(document.createElement(tag), { textContent: text }, properties);
  const panel = made("div", "", { className: "origin", hidden: true });
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", "Where it comes from");
  document.body.append(panel);
  let opener = null;

  const close = () => {
    if (panel.hidden) return;
    const within = panel.contains(document.activeElement);
    panel.hidden = true;
    if (within) opener.focus({ preventScroll: true });
  };
  // Rows of cells, with heads; what is wide scrolls.
  const tabled = (heads, rows) => {
    const table = made("table"), head = table.createTHead().insertRow(), body = table.createTBody();
    for (const text of heads) head.append(made("th", text, { scope: "col" }));
    for (const row of rows) {
      const line = body.insertRow();
      for (const cell of row) line.insertCell().textContent = cell ?? "";
    }
    return table;
  };
  const across = (columns) => {
    const names = Object.keys(columns), height = Math.max(...names.map((name) => columns[name].length));
    return tabled(names, Array.from({ length: height }, (_, at) => names.map((name) => columns[name][at])));
  };
  // Of each curve the points that are drawn, and those of each seed.
  const drawn = (figure) => {
    const curves = JSON.parse(figure.querySelector("metadata[id$='curves']")?.textContent ?? "[]");
    return curves.map((curve) => {
      const seeds = curve.seeds ?? [], details = made("details");
      details.append(made("summary", [curve.label, curve.panel].filter(Boolean).join(", ")));
      details.append(tabled(["x", "y", ...seeds.map((_, at) => `seed ${at + 1}`)],
        curve.points.map(([, , x, y], at) => [x, y, ...seeds.map((seed) => seed[at])])));
      return details;
    });
  };
  const listed = (values) => {
    const list = made("dl");
    for (const [name, given] of Object.entries(values)) list.append(made("dt", name), made("dd", given.join(", ")));
    return list;
  };
  const parts = (what, id) => {
    const { at, of, defined = [], values = {} } = known[id];
    const found = [made("p", `${at[0]}, line ${at[1]}`, { className: "at" })];
    const code = [of, ...defined].filter(Boolean);
    if (code.length) {
      const shown = made("pre");
      shown.append(made("code", code.join("\n\n")));
      found.push(shown);
    }
    if (values[""]?.length) found.push(made("p", values[""].join(", ")));
    else if (id.startsWith("tbl:") && Object.keys(values).length) found.push(across(values));
    else if (!("" in values) && Object.keys(values).length) found.push(listed(values));
    if (id.startsWith("fig:")) found.push(...drawn(document.getElementById(id)));
    if (id.startsWith("claim-")) found.push(made("a", "In the table of claims", { href: `#${id}`, onclick: close }));
    return found;
  };
  const open = (what) => {
    close();
    opener = what;
    const button = made("button", "Close", { type: "button", onclick: close });
    panel.replaceChildren(...parts(what, idOf(what)), button);
    panel.hidden = false;
    placeAt(panel, what);
    button.focus({ preventScroll: true });
  };

  for (const what of all) {
    what.classList.add("leads");
    what.addEventListener("click", (event) => {
      if (!getSelection().isCollapsed) return;
      event.preventDefault();
      open(what);
    });
    what.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      open(what);
    });
  }
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
  document.addEventListener("pointerdown", (event) => panel.contains(event.target) || close());

  const ask = made("button", "Show where numbers come from", { type: "button", className: "ask" });
  ask.setAttribute("aria-pressed", "false");
  ask.addEventListener("click", () => {
    const asked = ask.getAttribute("aria-pressed") === "false";
    ask.setAttribute("aria-pressed", asked);
    document.body.classList.toggle("asked", asked);
    for (const what of all) {
      if (what.matches("a")) {
        what.tabIndex = asked ? 0 : -1;
        asked ? what.removeAttribute("aria-hidden") : what.setAttribute("aria-hidden", "true");
        what.setAttribute("aria-label", "Evidence");
      } else if (asked) {
        what.tabIndex = 0;
        what.setAttribute("role", "button");
      } else for (const name of ["tabindex", "role"]) what.removeAttribute(name);
    }
  });
  if (all.length) (document.querySelector("header") ?? document.querySelector("main")).append(ask);
}
