// References: what one refers to is shown while it is pointed at or focused, and Escape closes it. Without this
// script a reference is a link.

// Put a box below what it speaks of, or above it where there is more room.
const placeAt = (box, what) => {
  const at = what.getClientRects()[0], size = box.getBoundingClientRect(), width = document.documentElement.clientWidth;
  const above = at.bottom + size.height > innerHeight && at.top > innerHeight - at.bottom;
  box.style.left = `${scrollX + Math.max(8, Math.min(at.left, width - size.width - 8))}px`;
  box.style.top = `${scrollY + Math.max(4, above ? at.top - size.height - 4 : at.bottom + 4)}px`;
};
{
  const preview = document.createElement("div");
  preview.className = "preview";
  preview.id = "preview";
  preview.setAttribute("role", "tooltip");
  preview.hidden = true;
  document.body.append(preview);
  let open = null, closing = 0;

  // A copy of the target, which names and focuses nothing; of a section the heading and what it begins with.
  const copied = (target) => {
    const parts = [target];
    if (/^H\d$/.test(target.tagName)) {
      const next = target.nextElementSibling;
      if (next && next.tagName === "P") parts.push(next);
    }
    return parts.map((part) => {
      const copy = part.cloneNode(true);
      for (const each of [copy, ...copy.querySelectorAll("*")])
        for (const name of ["id", "tabindex", "aria-labelledby", "aria-describedby"]) each.removeAttribute(name);
      for (const region of copy.querySelectorAll("[role='region'], [role='status']")) region.removeAttribute("role");
      for (const extra of copy.querySelectorAll("fieldset, .values, circle[visibility='hidden'], metadata")) extra.remove();
      for (const link of copy.querySelectorAll("a")) link.replaceWith(...link.childNodes);
      return copy;
    });
  };
  const close = () => {
    clearTimeout(closing);
    if (open) open.removeAttribute("aria-describedby");
    open = null;
    preview.hidden = true;
  };
  const show = (link) => {
    clearTimeout(closing);
    if (open === link) return;
    close();
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    preview.replaceChildren(...copied(target));
    preview.hidden = false;
    placeAt(preview, link);
    link.setAttribute("aria-describedby", "preview");
    open = link;
  };
  // The pointer may cross the gap to the preview, which then stays.
  const leave = () => {
    clearTimeout(closing);
    closing = setTimeout(close, 200);
  };

  for (const link of document.querySelectorAll("main a[href^='#']")) {
    if (link.closest("nav")) continue;
    link.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show(link));
    link.addEventListener("pointerleave", leave);
    link.addEventListener("focus", () => link.matches(":focus-visible") && show(link));
    link.addEventListener("blur", leave);
    link.addEventListener("click", close);
  }
  preview.addEventListener("pointerenter", () => clearTimeout(closing));
  preview.addEventListener("pointerleave", leave);
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
}
