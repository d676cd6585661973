// A kind of network to choose: its delta by layer, predicted and measured, and its place among all kinds. All of it is
// made by this script, from the report's tables.
for (const place of document.querySelectorAll(".explorer")) {
  const { columns, rows, scale, trainable, caption } = JSON.parse(place.querySelector("script").textContent);
  const kinds = rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])));
  const questions = { activation: "Activation", depth: "Layers", weights: "Initial weights" };
  const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [400, 290, 52, 44, 12, 12];

  const filled = (element, attributes, parts) => {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...parts);
    return element;
  };
  const html = (tag, attributes, ...parts) => filled(document.createElement(tag), attributes, parts);
  const svg = (tag, attributes, ...parts) => filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, parts);
  const number = (value) => String(value).replace("-", "−");

  const ticks = ([low, high]) => {
    const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
    const first = Math.ceil(low / step);
    return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, at) => +((first + at) * step).toPrecision(6));
  };
  // An empty panel, with x and y of a place in it.
  const panel = (xs, ys, labels) => {
    const x = (value) => LEFT + ((value - xs[0]) / (xs[1] - xs[0])) * (WIDTH - LEFT - RIGHT);
    const y = (value) => HEIGHT - BOTTOM - ((value - ys[0]) / (ys[1] - ys[0])) * (HEIGHT - BOTTOM - TOP);
    const root = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
    for (const value of ticks(xs)) {
      root.append(svg("line", { class: "grid", x1: x(value), x2: x(value), y1: TOP, y2: HEIGHT - BOTTOM }));
      root.append(svg("text", { x: x(value), y: HEIGHT - BOTTOM + 16, "text-anchor": "middle" }, number(value)));
    }
    for (const value of ticks(ys)) {
      root.append(svg("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }));
      root.append(svg("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, number(value)));
    }
    root.append(svg("text", { x: (LEFT + WIDTH) / 2, y: HEIGHT - 8, "text-anchor": "middle" }, labels[0]));
    root.append(svg("text", { transform: `translate(13 ${HEIGHT / 2 - 16}) rotate(-90)`, "text-anchor": "middle" }, labels[1]));
    return { root, x, y };
  };

  const byLayer = (kind) => {
    const known = [kind.predicted, kind.low, kind.high, ...kind.measured].flat().filter((value) => value !== null);
    const [low, high] = known.length ? [Math.min(...known), Math.max(...known)] : [-1, 0];
    const { root, x, y } = panel([1, kind.depth], [low - 1, high + 1], ["layer", "ln δ², untrained"]);
    const points = (values) => values.flatMap((value, at) => (value === null ? [] : [`${x(at + 1).toFixed(1)},${y(value).toFixed(1)}`]));
    const band = [...points(kind.low), ...points(kind.high).reverse()];
    root.append(svg("polygon", { class: "band", points: band.join(" ") }));
    for (const seed of kind.measured) root.append(svg("polyline", { class: "measured", points: points(seed).join(" ") }));
    root.append(svg("polyline", { class: "predicted", points: points(kind.predicted).join(" ") }));
    const ends = (values) => (values[0] === null ? "nothing" : `from ${number(values.at(-1))} in the last layer to ${number(values[0])} in the first`);
    root.setAttribute("aria-label", `ln δ² by layer: predicted ${ends(kind.predicted)}; measured ${kind.measured.map(ends).join("; ")}`);
    return root;
  };
  const amongAll = (kind) => {
    const { root, x, y } = panel(scale, [0, 100], ["predicted change of ln δ²", "test accuracy / %"]);
    const grey = { class: "trainable", x: x(-trainable), width: x(trainable) - x(-trainable), y: TOP, height: HEIGHT - BOTTOM - TOP };
    root.append(svg("rect", grey));
    for (const each of kinds) {
      const dot = svg("circle", { class: "dot", cx: x(each.place).toFixed(1), cy: y(100 * each.score).toFixed(1), r: 3 });
      dot.addEventListener("click", () => choose(each));
      root.append(dot);
    }
    root.append(svg("circle", { class: "chosen", cx: x(kind.place), cy: y(100 * kind.score), r: 7 }));
    root.setAttribute("aria-label", `All kinds of networks; the chosen one at ${kind.change} and ${number((100 * kind.score).toFixed(0))} %`);
    return root;
  };
  const told = (kind) => {
    const chi = kind.chi.length ? ` (χ is ${kind.chi.join(" in the first of them and ")} in the last but one)` : "";
    return (
      `${kind.activation}, ${kind.depth} layers, initial weights: ${kind.weights}. Through the hidden layers ln δ² is ` +
      `predicted to change by ${kind.change}${chi}: ${kind.foreseen}. Test accuracy: ${kind.accuracy}.`
    );
  };

  const selects = Object.fromEntries(
    Object.keys(questions).map((name) => {
      const values = [...new Set(kinds.map((kind) => kind[name]))];
      return [name, html("select", {}, ...values.map((value) => html("option", { value }, String(value))))];
    }),
  );
  const says = (kind, name) => String(kind[name]) === selects[name].value;
  const drawings = html("div", { class: "drawings" }), sentence = html("p", { role: "status" });

  // What no network was trained with can't be chosen: a later question offers what agrees with those before it.
  const choose = (kind) => {
    let left = kinds;
    for (const [name, select] of Object.entries(selects)) {
      const offered = new Set(left.map((each) => String(each[name])));
      for (const option of select.options) option.disabled = !offered.has(option.value);
      select.value = kind[name];
      left = left.filter((each) => says(each, name));
    }
    sentence.textContent = told(kind);
    drawings.replaceChildren(byLayer(kind), amongAll(kind));
  };
  const answered = () => {
    const names = Object.keys(questions);
    for (let kept = names.length; kept >= 0; kept--) {
      const found = kinds.find((kind) => names.slice(0, kept).every((name) => says(kind, name)));
      if (found) return choose(found);
    }
  };
  for (const select of Object.values(selects)) select.addEventListener("change", answered);

  const labels = Object.entries(questions).map(([name, question]) => html("label", {}, `${question} `, selects[name]));
  place.append(html("fieldset", {}, html("legend", {}, "Choose a network"), ...labels), sentence, drawings, html("p", { class: "caption" }, caption));
  choose(kinds.find((kind) => kind.depth === Math.max(...kinds.map(({ depth }) => depth))));
}
