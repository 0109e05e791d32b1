// Draws messages. What people and the service wrote is always text, never HTML.

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made && name !== "form") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

export function drawMessage(message, words) {
  const box = element("div", { className: `message ${message.mine ? "mine" : "theirs"}` });
  box.dataset.id = message.id || "";
  box.dataset.client = message.client || "";
  box.append(element("span", { className: "who", textContent: message.mine ? words.me : words.service }));
  if (message.erased) {
    box.append(element("div", { className: "bubble erased", textContent: words.erased }));
  } else {
    const bubble = element("div", { className: "bubble" });
    if (message.parts.length) bubble.append(drawText(message.parts, words));
    bubble.append(...message.media.map((file) => drawFile(file, words)));
    bubble.append(...message.links.map(([label, url]) => outside("file", label, url)));
    if (bubble.childNodes.length) box.append(bubble);
    if (message.choices.length) box.append(drawChoices(message));
  }
  box.append(element("time", { textContent: message.time }));
  return box;
}

export function erase(box, words) {
  box.querySelector(".choices")?.remove();
  const bubble = box.querySelector(".bubble");
  if (bubble) bubble.replaceWith(element("div", { className: "bubble erased", textContent: words.erased }));
}

// Copy buttons drawn by the server or here; without a script they would do nothing, so they begin hidden.
export function showCopyButtons(within) {
  for (const button of within.querySelectorAll(".copy")) button.hidden = false;
}

export async function copyCode(button, words) {
  const code = button.dataset.code;
  try {
    await navigator.clipboard.writeText(code);
  } catch {
    // Clipboard access needs https; selecting the code lets the person copy it by hand.
    const range = document.createRange();
    range.selectNodeContents(button.parentNode.querySelector("strong"));
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    if (!document.execCommand("copy")) return;
  }
  button.textContent = words.copied;
  setTimeout(() => { button.textContent = words.copy; }, 2500);
}

function drawText(parts, words) {
  const text = element("div", { className: "text" });
  for (const part of parts) {
    if (part.t === "code") {
      const copy = element("button", { type: "button", className: "copy", textContent: words.copy });
      copy.dataset.code = part.v;
      text.append(element("span", { className: "code" }, element("strong", { textContent: part.v }), " ", copy));
    } else if (part.t === "link" && /^https?:\/\//.test(part.v)) {
      text.append(outside("", part.v, part.v));
    } else {
      text.append(part.v);
    }
  }
  return text;
}

function drawFile(file, words) {
  if (file.kind === "image") {
    const image = element("img", { src: file.url, alt: words.photo });
    return element("a", { className: "photo", href: file.url, target: "_blank", rel: "noopener" }, image);
  }
  if (file.kind === "audio") {
    return element("audio", { controls: true, preload: "none", src: file.url, "aria-label": words.voice });
  }
  return element("a", { className: "file", href: file.url, textContent: file.name || words.file });
}

function drawChoices(message) {
  const buttons = message.choices.map((choice) =>
    element("button", {
      form: "press", name: "press", value: `${message.id}.${choice.n}`, textContent: `${choice.key}. ${choice.label}`,
    }));
  return element("div", { className: "choices" }, ...buttons);
}

function outside(className, label, url) {
  return element("a", {
    className, href: url, target: "_blank", rel: "noopener noreferrer nofollow", textContent: label,
  });
}
