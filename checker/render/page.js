"use strict";
(function () {
  const steps = Array.from(document.querySelectorAll(".steps > li"));
  const filter = document.getElementById("filter");
  const all = document.getElementById("all");
  const rows = Array.from(document.querySelectorAll("#cells tbody tr[data-path]"));
  let here = -1;

  function scrollInside(element) {
    // Only the element's own scroller moves; the page stays where the reader is.
    const box = element.closest(".steps, .scroll");
    if (!box) return;
    const outer = box.getBoundingClientRect();
    const inner = element.getBoundingClientRect();
    if (inner.top < outer.top) box.scrollTop += inner.top - outer.top - 8;
    if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom + 8;
    if (element.closest("table, svg") && inner.right > outer.right) box.scrollLeft += inner.right - outer.right + 8;
    if (element.closest("table, svg") && inner.left < outer.left + 150) box.scrollLeft += inner.left - outer.left - 150;
  }

  function select(index) {
    if (!steps.length) return;
    here = Math.max(0, Math.min(steps.length - 1, index));
    const number = steps[here].dataset.step;
    document.querySelectorAll(".here").forEach((e) => e.classList.remove("here"));
    document.querySelectorAll('[data-step="' + number + '"]').forEach((e) => e.classList.add("here"));
    steps.forEach((e) => e.removeAttribute("aria-current"));
    steps[here].setAttribute("aria-current", "step");
    scrollInside(steps[here]);
    document.querySelectorAll('svg [data-step="' + number + '"], thead [data-step="' + number + '"]').forEach(scrollInside);
  }

  function show() {
    const wanted = filter.value.trim().toLowerCase();
    let count = 0;
    rows.forEach((row) => {
      const hidden = (row.classList.contains("same") && !all.checked) || !row.dataset.path.includes(wanted);
      row.classList.toggle("hidden", hidden);
      if (!hidden) count += 1;
    });
    document.getElementById("count").textContent = count + " of " + rows.length + " cells";
  }

  const keys = { ArrowDown: 1, ArrowRight: 1, j: 1, ArrowUp: -1, ArrowLeft: -1, k: -1 };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.tagName === "INPUT") {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key in keys) select(here + keys[event.key]);
    else if (event.key === "Home") select(0);
    else if (event.key === "End") select(steps.length - 1);
    else if (event.key === "/") filter.focus();
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-step]");
    if (chosen) select(steps.findIndex((e) => e.dataset.step === chosen.dataset.step));
  });
  filter.addEventListener("input", show);
  all.addEventListener("change", show);

  const save = document.getElementById("save");
  save.classList.add("live");
  save.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([document.getElementById("trace").textContent], { type: "application/json" }));
    link.download = document.querySelector("h1").textContent + ".itf.json";
    link.click();
    URL.revokeObjectURL(link.href);
  });

  show();
  select(0);
})();
