// What the person wrote and the service has not confirmed yet. Kept for this tab, sent in order, sent again until
// it is confirmed; the service knows each entry by its id and takes it once.

const LONGEST_PAUSE_S = 30;

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  // on: { sent(entry, message, talking), refused(entry, sentence), waiting(entry, sentence) }
  constructor(address, token, storageKey, on) {
    Object.assign(this, { address, token, storageKey, on, entries: this.#load(storageKey), busy: false, pause: 1 });
    addEventListener("online", () => this.#wake());
  }

  add(fields, shown) {
    const entry = { id: newId(), fields, shown };
    this.entries.push(entry);
    this.#store();
    this.pump();
    return entry;
  }

  async pump() {
    if (this.busy) return;
    this.busy = true;
    while (this.entries.length) {
      const entry = this.entries[0];
      const again = await this.#try(entry);
      if (again) await this.#rest(again);
    }
    this.busy = false;
  }

  // Seconds until the next try; 0 when the entry is done with.
  async #try(entry) {
    const body = new FormData();
    body.append("id", entry.id);
    for (const [name, value] of entry.fields) body.append(name, value);
    let answer;
    let status = 0;
    try {
      const response = await fetch(this.address, {
        method: "POST", body, headers: { Accept: "application/json", "X-Chat-Token": this.token },
      });
      status = response.status;
      answer = await response.json();
    } catch {
      status = status >= 400 && status < 500 ? status : 0;
    }
    if (status === 200) {
      this.pause = 1;
      this.#drop(entry);
      this.on.sent(entry, answer.message, answer.talking);
      return 0;
    }
    if (status === 429) {
      this.on.waiting(entry, answer?.error);
      return answer?.retry_after || 5;
    }
    if (status >= 400 && status < 500) {
      this.#drop(entry);
      this.on.refused(entry, answer?.error);
      return 0;
    }
    this.on.waiting(entry, status === 507 ? answer?.error : undefined);
    this.pause = Math.min(LONGEST_PAUSE_S, this.pause * 2);
    return this.pause;
  }

  #rest(seconds) {
    return new Promise((done) => {
      const timer = setTimeout(done, seconds * 1000);
      this.#wake = () => { clearTimeout(timer); done(); };
    });
  }

  #wake = () => {};

  #drop(entry) {
    this.entries = this.entries.filter((one) => one !== entry);
    this.#store();
  }

  #store() {
    try {
      sessionStorage.setItem(this.storageKey, JSON.stringify(this.entries));
    } catch { /* a full or forbidden store only costs the copy */ }
  }

  #load(storageKey) {
    try {
      return JSON.parse(sessionStorage.getItem(storageKey)) || [];
    } catch {
      return [];
    }
  }
}
