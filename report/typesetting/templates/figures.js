// Figures: boxes switch their curves on and off; the nearest point under the pointer, or the one that the arrow
// keys have led to, is given in numbers below. Without this script nothing of a figure is missing.
for (const svg of document.querySelectorAll("figure svg")) {
  const metadata = svg.querySelector("metadata[id$='curves']");
  if (!metadata) continue;
  const curves = JSON.parse(metadata.textContent);
  const prefix = svg.querySelector("g").id.replace(/figure_1$/, "");
  const groups = new Map(curves.map((curve) => [curve, svg.getElementById(prefix + curve.id)]));
  const labels = [...new Set(curves.map((curve) => curve.label))];
  const hidden = new Set();

  const values = document.createElement("p");
  values.className = "values";
  values.setAttribute("role", "status");
  const boxes = document.createElement("fieldset");
  boxes.className = "curves";
  const legend = document.createElement("legend");
  legend.textContent = "Curves";
  boxes.append(legend);
  for (const name of labels) {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = true;
    box.addEventListener("change", () => {
      box.checked ? hidden.delete(name) : hidden.add(name);
      for (const [curve, group] of groups) if (curve.label === name && group) group.style.display = box.checked ? "" : "none";
    });
    const label = document.createElement("label");
    label.append(box, " " + name);
    boxes.append(label);
  }
  svg.after(boxes, values);

  const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  dot.setAttribute("r", "4");
  dot.setAttribute("fill", "none");
  dot.setAttribute("stroke", "#000");
  dot.setAttribute("visibility", "hidden");
  svg.append(dot);
  const shown = () => curves.filter((curve) => !hidden.has(curve.label) && curve.points.length);
  const show = (curve, at) => {
    const [px, py, x, y] = curve.points[at];
    dot.setAttribute("cx", px);
    dot.setAttribute("cy", py);
    dot.setAttribute("visibility", "visible");
    values.textContent = [curve.label, curve.panel, `x = ${x}, y = ${y}`].filter(Boolean).join(", ");
  };
  svg.addEventListener("pointermove", (event) => {
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    let best = null;
    for (const curve of shown())
      curve.points.forEach(([px, py], at) => {
        const distance = (px - place.x) ** 2 + (py - place.y) ** 2;
        if (!best || distance < best.distance) best = { distance, curve, at };
      });
    if (best) show(best.curve, best.at);
  });

  // By keyboard: left and right along a curve, up and down from one to the next.
  let which = 0, at = 0;
  svg.setAttribute("tabindex", "0");
  svg.addEventListener("keydown", (event) => {
    const visible = shown();
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step || !visible.length) return;
    event.preventDefault();
    which = (which + step[0] + visible.length) % visible.length;
    const points = visible[which].points;
    at = Math.min(Math.max(at + step[1], 0), points.length - 1);
    show(visible[which], at);
  });
}
