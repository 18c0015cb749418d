// The progress page: hears that something changed and asks for the part again.
// Without a stream it asks every 15 s; without JavaScript there is a link.
"use strict";
(() => {
  const part = document.getElementById("progress");
  if (!part) return;
  const every = Number(part.dataset.poll) * 1000;
  let listening = false;
  let late;
  let waiting;
  // A case writes many events in a moment: they are gathered, so that one change of mind is one request.
  const refresh = () => {
    if (document.hidden) {
      late = true;
      return;
    }
    late = false;
    waiting ??= window.setTimeout(() => {
      waiting = undefined;
      window.htmx?.trigger(part, "refresh");
    }, 400);
  };
  if (part.dataset.live && "EventSource" in window) {
    const stream = new EventSource(part.dataset.live);
    stream.addEventListener("open", () => {
      listening = true;
      refresh(); // what happened while nobody listened
    });
    stream.addEventListener("changed", refresh);
    stream.addEventListener("message", (event) => {
      if (event.data.includes("changed")) refresh();
    });
    stream.addEventListener("error", () => {
      listening = false;
    });
    window.addEventListener("pagehide", () => stream.close());
  }
  window.setInterval(() => {
    if (!listening) refresh();
  }, every);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && late) refresh();
  });
  // An open fold stays open when the part is replaced, and who goes by keyboard stays where they are.
  let open = [];
  let held = "";
  const wayTo = (place) => {
    if (place.id) return `#${CSS.escape(place.id)}`;
    if (place.matches("a")) return `a[href="${CSS.escape(place.getAttribute("href"))}"]`;
    return `#${CSS.escape(place.closest("[id]").id)} ${place.localName}`;
  };
  part.addEventListener("htmx:beforeSwap", () => {
    open = [...part.querySelectorAll("details[open]")].map((fold) => fold.closest("[id]").id);
    const focused = document.activeElement;
    held = focused && focused !== part && part.contains(focused) ? wayTo(focused) : "";
  });
  part.addEventListener("htmx:afterSwap", () => {
    for (const id of open) {
      const place = document.getElementById(id);
      const fold = place?.matches("details") ? place : place?.querySelector("details");
      if (fold) fold.open = true;
    }
    if (held) part.querySelector(held)?.focus({ preventScroll: true });
  });
})();
