/* Steps through a try-out: marks on the picture, a token at each place, the same in words. Without this
   script the list of steps says it all. Nothing moves by itself unless somebody presses play. */

const player = document.querySelector("[data-player]");
const data = document.getElementById("run-frames");
const picture = document.getElementById("run");

if (player && data && picture) start(JSON.parse(data.textContent), JSON.parse(document.getElementById("run-names").textContent));

function start(frames, names) {
  const told = player.querySelector("[data-told]");
  const play = player.querySelector('[data-act="play"]');
  const PAUSE = 1200;
  let at = -1;
  let timer = 0;

  const group = (id) => picture.querySelector(`[data-element="${CSS.escape(id)}"]`);

  function clear() {
    for (const each of picture.querySelectorAll(".run-now, .run-done, .run-skipped")) each.classList.remove("run-now", "run-done", "run-skipped");
    for (const each of picture.querySelectorAll(".token")) each.remove();
    for (const each of document.querySelectorAll("[data-step].current")) each.classList.remove("current");
  }

  function token(id) {
    const place = group(id);
    if (!place) return;
    const box = place.getBBox();
    const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    circle.setAttribute("class", "token");
    circle.setAttribute("r", "9");
    circle.setAttribute("cx", String(box.x + box.width));
    circle.setAttribute("cy", String(box.y));
    circle.setAttribute("aria-hidden", "true");
    picture.append(circle);
  }

  /* Only the room around the picture moves; the page stays where the person put it. */
  function bring(id) {
    const place = group(id)?.getBoundingClientRect();
    const room = picture.closest(".picture-room");
    if (!place || !room) return;
    const seen = room.getBoundingClientRect();
    if (place.left < seen.left || place.right > seen.right) room.scrollLeft += place.left - seen.left - seen.width / 3;
    if (place.top < seen.top || place.bottom > seen.bottom) room.scrollTop += place.top - seen.top - seen.height / 3;
  }

  function show(number) {
    at = Math.max(-1, Math.min(number, frames.length - 1));
    clear();
    for (let i = 0; i <= at; i += 1) {
      for (const id of frames[i].done) group(id)?.classList.add("run-done");
      for (const id of frames[i].skipped) group(id)?.classList.add("run-skipped");
    }
    const now = frames[at];
    for (const id of now?.active ?? []) { group(id)?.classList.add("run-now"); token(id); }
    if (at > 0 && now?.active.length) bring(now.active[0]);
    for (const id of now?.done ?? []) document.querySelector(`[data-step="${CSS.escape(id)}"]`)?.classList.add("current");
    const where = (now?.active ?? []).map((id) => names[id] ?? "").filter(Boolean).join("、");
    told.textContent = now
      ? told.dataset.words.replace("{n}", at + 1).replace("{of}", frames.length).replace("{at}", now.at).replace("{where}", where || told.dataset.none)
      : "";
    player.querySelector('[data-act="back"]').disabled = at <= 0;
    player.querySelector('[data-act="next"]').disabled = at >= frames.length - 1;
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    play.textContent = play.dataset.play;
  }

  function toggle() {
    if (timer) return stop();
    if (at >= frames.length - 1) show(0);
    play.textContent = play.dataset.pause;
    timer = setInterval(() => {
      show(at + 1);
      if (at >= frames.length - 1) stop();
    }, PAUSE);
    return undefined;
  }

  player.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (!act) return;
    if (act === "play") toggle();
    else {
      stop();
      show(act === "first" ? 0 : act === "back" ? at - 1 : at + 1);
    }
  });

  player.hidden = false;
  show(0);
}
