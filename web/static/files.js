// Files chosen for the next message. Each goes up at once by itself, so that one that is refused costs no other.

import { element } from "./draw.js";

const TRIES = 4;

export class Files {
  // on: { problem(sentence), changed() }
  constructor(list, address, token, words, limits, on) {
    Object.assign(this, { list, address, token, words, limits, on, items: [] });
    for (const kept of list.querySelectorAll("li")) {
      const [sha256, ...name] = kept.querySelector("input").value.split(":");
      kept.remove();
      this.#show({ sha256, name: name.join(":") });
    }
  }

  get going() { return this.items.some((item) => !item.sha256); }

  get fields() { return this.items.map((item) => ["kept", `${item.sha256}:${item.name}`]); }

  get names() { return this.items.map((item) => item.name); }

  clear() {
    for (const item of this.items) item.row.remove();
    this.items = [];
    this.on.changed();
  }

  choose(files) {
    for (const file of files) {
      if (file.size > this.limits.bytes) {
        this.on.problem(`${file.name}: ${this.words.too_big}`);
      } else if (this.items.length >= this.limits.files) {
        this.on.problem(this.words.too_many_files);
      } else {
        const item = { name: file.name, sha256: "" };
        this.#show(item);
        this.#upload(item, file);
      }
    }
    this.on.changed();
  }

  #show(item) {
    const remove = element("button", {
      type: "button", textContent: "×", "aria-label": this.words.remove.replace("…", item.name),
    });
    remove.addEventListener("click", () => this.#drop(item));
    const label = item.sha256 ? item.name : this.words.uploading.replace("…", item.name);
    item.label = element("span", { textContent: label });
    item.row = element("li", { className: item.sha256 ? "" : "going" }, item.label, remove);
    this.list.append(item.row);
    this.items.push(item);
  }

  async #upload(item, file) {
    const body = new FormData();
    body.append("file", file);
    for (let left = TRIES; left && this.items.includes(item); left -= 1) {
      let pause = 3;
      try {
        const response = await fetch(this.address, {
          method: "POST", body, headers: { Accept: "application/json", "X-Chat-Token": this.token },
        });
        const answer = await response.json();
        if (response.ok) {
          item.sha256 = answer.file.sha256;
          item.name = answer.file.name;
          item.label.textContent = item.name;
          item.row.className = "";
          this.on.changed();
          return;
        }
        if (response.status !== 429 && (response.status < 500 || response.status === 507)) {
          this.on.problem(`${file.name}: ${answer.error}`);
          this.#drop(item);
          return;
        }
        pause = answer.retry_after || pause;
      } catch { /* no connection: again below */ }
      await new Promise((done) => setTimeout(done, pause * 1000));
    }
    if (this.items.includes(item)) {
      this.on.problem(`${file.name}: ${this.words.not_sent}`);
      this.#drop(item);
    }
  }

  #drop(item) {
    item.row.remove();
    this.items = this.items.filter((one) => one !== item);
    this.on.changed();
  }
}
