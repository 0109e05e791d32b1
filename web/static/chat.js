// The chat page: draws, sends, listens. Without this script the page's plain forms do the same.

import { copyCode, drawMessage, element, erase, showCopyButtons } from "./draw.js";
import { Files } from "./files.js";
import { Listener } from "./listen.js";
import { Outbox } from "./outbox.js";

const SLOW_S = 20;
const NEAR_PX = 120;
const TWICE_MS = 1000; // a second press on the same choice within this time is a trembling finger

const chat = document.getElementById("chat");
const { base, query, token } = chat.dataset;
const words = JSON.parse(chat.dataset.words);
const limits = JSON.parse(chat.dataset.limits);
const at = (id) => document.getElementById(id);
const [log, scroll, text, problem, answering] = ["log", "scroll", "text", "problem", "answering"].map(at);
const draftKey = `danhoi:draft:${base}${query}`;

document.documentElement.classList.remove("no-script");
showCopyButtons(log);

// ---- Drawing

const find = (name, value) => (value ? log.querySelector(`[data-${name}="${CSS.escape(value)}"]`) : null);
const isNearEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_PX;

let stays = true; // at the end, also when a picture loads or the foot grows

// To the end of the messages, or to the beginning of `box` when it is too tall to be read from its end.
function toEnd(box) {
  const tall = box && box.offsetHeight > scroll.clientHeight * 0.8;
  if (tall) scroll.scrollTop = box.offsetTop - 12;
  else scroll.scrollTop = scroll.scrollHeight;
  stays = !tall;
  at("to-newest").hidden = true;
}

function show(message) {
  if (message.erases.length) {
    for (const id of message.erases) {
      const box = find("id", id);
      if (box) erase(box, words);
    }
    return;
  }
  if (find("id", message.id)) return;
  const pending = message.mine ? find("client", message.client) : null;
  const follow = !pending && (isNearEnd() || message.mine);
  const box = drawMessage(message, words);
  pending?.remove();
  place(box, message);
  if (!message.mine) {
    stopWaiting();
    ask(message.ask);
    at("begin")?.remove();
  }
  if (follow) toEnd(message.mine ? null : box);
  else if (!message.mine) at("to-newest").hidden = false;
}

// A row may be read after one with a larger id (an answer before the confirmation of what it answers): it still
// stands where it belongs.
function place(box, message) {
  const drawn = [...log.querySelectorAll(".message")];
  const next = drawn.find((one) => one.dataset.id && BigInt(one.dataset.id) > BigInt(message.id));
  const days = log.querySelectorAll(".day");
  const newDay = !next && days[days.length - 1]?.textContent !== message.day;
  if (newDay) log.append(element("p", { className: "day", textContent: message.day }));
  if (next) next.before(box);
  else log.append(box);
}

function drawPending(entry) {
  const parts = [{ t: "text", v: entry.shown }];
  const box = drawMessage(
    { id: "", client: entry.id, mine: true, parts, choices: [], links: [], media: [], time: "" }, words,
  );
  box.classList.add("waiting");
  box.append(element("span", { className: "state", textContent: words.sending }));
  log.append(box);
  toEnd();
}

function ask(what) {
  at("phone").hidden = what !== "contact";
  at("place").hidden = what !== "location" || !navigator.geolocation;
}

function say(sentence) {
  problem.textContent = sentence || "";
  problem.hidden = !sentence;
}

let slowTimer = 0;
function startWaiting() {
  clearTimeout(slowTimer);
  const label = answering.querySelector("span");
  label.dataset.words ||= label.textContent;
  label.textContent = label.dataset.words;
  answering.classList.remove("slow");
  answering.hidden = false;
  slowTimer = setTimeout(() => {
    answering.classList.add("slow");
    label.textContent = words.slow;
  }, SLOW_S * 1000);
  toEnd();
}

function stopWaiting() {
  clearTimeout(slowTimer);
  answering.hidden = true;
}

// ---- Sending

const outbox = new Outbox(`${base}${query}`, token, `danhoi:outbox:${base}${query}`, {
  sent(entry, message, talking) {
    say("");
    const newest = [...log.querySelectorAll(".theirs")].pop();
    show(message);
    const answered = newest?.dataset.id && BigInt(newest.dataset.id) > BigInt(message.id);
    if (!answered && !talking) startWaiting(); // on a direct line a person answers, or nobody
  },
  refused(entry, sentence) {
    find("client", entry.id)?.remove();
    const typed = entry.fields.find(([name]) => name === "text")?.[1] || "";
    text.value = [typed, text.value].filter(Boolean).join("\n");
    grow();
    say(sentence || words.error);
  },
  waiting(entry, sentence) {
    const state = find("client", entry.id)?.querySelector(".state");
    if (state) state.textContent = words.not_sent;
    say(sentence || "");
  },
});

function post(fields, shown) {
  say("");
  at("begin")?.remove();
  drawPending(outbox.add(fields, shown));
}

let sendWhenUploaded = false;
const files = new Files(at("files"), `${base}/files${query}`, token, words, limits, {
  problem: say,
  changed() {
    if (sendWhenUploaded && !files.going) {
      sendWhenUploaded = false;
      sendTyped();
    }
  },
});

function sendTyped() {
  const typed = text.value.trim();
  if (files.going) {
    sendWhenUploaded = true;
    return;
  }
  if ([...typed].length > limits.chars) {
    say(words.too_long);
    return;
  }
  const { fields, names } = files;
  if (!typed && !fields.length) return;
  text.value = "";
  grow();
  files.clear();
  post([["text", typed], ...fields], [typed, ...names].filter(Boolean).join("\n"));
}

// ---- The controls

function grow() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 3}px`;
  try {
    sessionStorage.setItem(draftKey, text.value);
  } catch { /* only the copy is lost */ }
}

at("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  sendTyped();
  text.focus();
});
text.addEventListener("input", grow);
text.addEventListener("keydown", (event) => {
  const hasKeyboard = matchMedia("(pointer: fine)").matches;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && hasKeyboard) {
    event.preventDefault();
    sendTyped();
  }
});
let pressed = { button: null, at: 0 };
at("press").addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (!button || (button === pressed.button && event.timeStamp - pressed.at < TWICE_MS)) return;
  pressed = { button, at: event.timeStamp };
  post([["press", button.value]], button.textContent.replace(/^\S+\. /, ""));
});
at("begin")?.addEventListener("submit", (event) => {
  event.preventDefault();
  post([["start", event.target.elements.start.value]], words.begin);
});
at("phone").addEventListener("submit", (event) => {
  event.preventDefault();
  const number = at("phone-number");
  post([["phone", number.value]], number.value);
  number.value = "";
  ask("");
});
at("place").querySelector("button").addEventListener("click", () => {
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const place = [coords.latitude, coords.longitude].map((one) => one.toFixed(6));
      post([["latitude", place[0]], ["longitude", place[1]]], place.join(", "));
      ask("");
    },
    () => say(words.place_failed),
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  );
});
at("pick").addEventListener("change", (event) => {
  say("");
  files.choose([...event.target.files]);
  event.target.value = "";
});
log.addEventListener("click", (event) => {
  if (event.target.classList.contains("copy")) copyCode(event.target, words);
});
at("to-newest").addEventListener("click", () => toEnd());
scroll.addEventListener("scroll", () => {
  stays = isNearEnd();
  if (stays) at("to-newest").hidden = true;
});
const keepEnd = new ResizeObserver(() => { if (stays) scroll.scrollTop = scroll.scrollHeight; });
keepEnd.observe(scroll);
keepEnd.observe(log);

// A keyboard that lies over the page (iOS) makes the visible part smaller without telling the layout: follow it, so
// that header and composer stay in sight. While somebody zooms in, the page is left alone.
const seen = window.visualViewport;
function fit() {
  if (seen.scale > 1.01) return;
  document.body.style.height = `${seen.height}px`;
  scrollTo(0, 0);
}
seen?.addEventListener("resize", fit);
seen?.addEventListener("scroll", fit);

// ---- Begin

try {
  text.value ||= sessionStorage.getItem(draftKey) || "";
} catch { /* nothing was kept */ }
grow();
ask(chat.dataset.ask);
for (const entry of outbox.entries) if (!find("client", entry.id)) drawPending(entry);
outbox.pump();
new Listener(base, query, chat.dataset.last, show);
toEnd(log.lastElementChild);
