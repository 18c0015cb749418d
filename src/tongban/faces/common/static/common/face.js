// Small helpers on top of pages that work without them. No personal value is ever stored in the browser.
"use strict";
(() => {
  const words = document.getElementById("words")?.dataset ?? {};
  const say = (text) => {
    const box = document.getElementById("announce");
    if (box) box.textContent = text;
  };

  // An error summary takes the focus; after a partial update too.
  const focusSummary = (root) => {
    const summary = root.querySelector("[data-focus]");
    if (summary) summary.focus();
    // A link to one part of a page: it is brought into view and takes the focus.
    const to = root.querySelector("[data-focus-to]");
    const part = to && document.getElementById(to.dataset.focusTo);
    if (part && !summary) {
      if (!part.matches("a, button, input, select, textarea, summary")) part.tabIndex = -1;
      part.scrollIntoView({ block: "center" });
      part.focus({ preventScroll: true });
    }
  };

  // A long list gets a box that filters it by its words, pinyin or code.
  const searchable = (select) => {
    if (select.dataset.ready) return;
    select.dataset.ready = "1";
    const all = [...select.children].map((child) => child.cloneNode(true));
    const box = document.createElement("input");
    box.type = "search";
    box.className = "select-search";
    box.autocomplete = "off";
    box.setAttribute("aria-label", words.searching);
    box.setAttribute("aria-controls", select.id);
    box.placeholder = "";
    const hint = document.createElement("p");
    hint.className = "hint";
    hint.textContent = words.searching;
    const fits = (option, wanted) =>
      (option.textContent + " " + (option.dataset.find ?? "") + " " + option.value).toLowerCase().includes(wanted);
    box.addEventListener("input", () => {
      const wanted = box.value.trim().toLowerCase();
      const chosen = select.value;
      const kept = [];
      let count = 0;
      for (const child of all) {
        if (child.tagName === "OPTGROUP") {
          const group = child.cloneNode(false);
          for (const option of child.children) {
            if (!wanted || fits(option, wanted) || child.label.toLowerCase().includes(wanted)) {
              group.append(option.cloneNode(true));
              count += 1;
            }
          }
          if (group.children.length) kept.push(group);
        } else if (!wanted || child.value === "" || fits(child, wanted)) {
          kept.push(child.cloneNode(true));
          count += child.value === "" ? 0 : 1;
        }
      }
      select.replaceChildren(...kept);
      select.value = chosen;
      if (select.value !== chosen) select.value = "";
      if (wanted && count === 1) {
        select.value = [...select.options].find((option) => option.value !== "").value;
        select.dispatchEvent(new Event("change", { bubbles: true }));
      }
      say((words.found ?? "").replace("{count}", String(count)));
    });
    select.before(hint, box);
  };

  // A file that is too large is refused before it is sent.
  const sized = (input) => {
    input.addEventListener("change", () => {
      const limit = Number(input.dataset.maxBytes);
      const file = input.files[0];
      const tooLarge = Boolean(file && limit && file.size > limit);
      input.setCustomValidity(tooLarge ? words.tooLarge : "");
      if (tooLarge) input.reportValidity();
    });
  };

  const prepare = (root) => {
    root.querySelectorAll("select[data-search]").forEach((select) => {
      if (select.options.length > 9) searchable(select);
    });
    root.querySelectorAll("input[type=file][data-max-bytes]").forEach(sized);
    root.querySelectorAll("[data-print]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    });
    focusSummary(root);
  };

  // Read the page aloud where the browser has a voice.
  const aloud = document.querySelector("[data-aloud]");
  if (aloud && "speechSynthesis" in window) {
    const lang = document.documentElement.lang;
    const offer = () => {
      const base = lang.split("-")[0];
      aloud.hidden = !window.speechSynthesis.getVoices().some((voice) => voice.lang.startsWith(base));
    };
    offer();
    window.speechSynthesis.addEventListener?.("voiceschanged", offer);
    aloud.addEventListener("click", () => {
      if (window.speechSynthesis.speaking) {
        window.speechSynthesis.cancel();
        aloud.textContent = words.listening;
        return;
      }
      const speech = new SpeechSynthesisUtterance(document.getElementById("main").innerText);
      speech.lang = lang;
      speech.addEventListener("end", () => {
        aloud.textContent = words.listening;
      });
      window.speechSynthesis.speak(speech);
      aloud.textContent = words.stop;
    });
  }

  // The menu closes with Escape and when the focus leaves it.
  document.querySelectorAll("details.menu").forEach((menu) => {
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("htmx:afterSettle", (event) => prepare(event.detail.elt));
  document.addEventListener("htmx:responseError", () => say(words.failed));
  document.addEventListener("htmx:sendError", () => say(words.failed));
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.querySelector?.("progress");
    if (bar && event.detail.lengthComputable) {
      bar.hidden = false;
      bar.max = event.detail.total;
      bar.value = event.detail.loaded;
    }
  });
  prepare(document);
})();
