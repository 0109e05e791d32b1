// New messages: a stream, and where no stream comes through, a look every few seconds.

const FIRST_BEAT_S = 8; // a proxy that holds the stream back lets no beat through
const BEAT_S = 40;
const POLL_ROUNDS = 15; // then the stream is tried again

export class Listener {
  constructor(base, query, last, onMessage) {
    Object.assign(this, { base, query, last, onMessage, source: null, polling: false });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && !this.polling) this.#look(0);
    });
    this.#stream();
  }

  #address(path, values) {
    const query = new URLSearchParams(this.query);
    for (const [name, value] of Object.entries(values)) query.set(name, value);
    return `${this.base}/${path}?${query}`;
  }

  #stream() {
    if (!window.EventSource) {
      this.#poll();
      return;
    }
    const source = new EventSource(this.#address("stream", { after: this.last }));
    this.source = source;
    this.#watch(FIRST_BEAT_S);
    source.addEventListener("beat", () => this.#watch(BEAT_S));
    source.addEventListener("message", (event) => {
      this.#watch(BEAT_S);
      this.#take(JSON.parse(event.data));
    });
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) this.#poll();
      else this.#watch(BEAT_S); // the browser connects again by itself
    });
  }

  #watch(seconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#poll(), seconds * 1000);
  }

  #take(message) {
    if (BigInt(message.id) > BigInt(this.last)) this.last = message.id;
    this.onMessage(message);
  }

  async #look(wait) {
    try {
      const response = await fetch(this.#address("messages", { after: this.last, wait }));
      if (!response.ok) return false;
      for (const message of (await response.json()).messages) this.#take(message);
      return true;
    } catch {
      return false;
    }
  }

  async #poll() {
    if (this.polling) return;
    this.polling = true;
    clearTimeout(this.timer);
    this.source?.close();
    for (let round = 0; round < POLL_ROUNDS; round += 1) {
      const went = await this.#look(round ? 8 : 0);
      await new Promise((done) => setTimeout(done, went ? 1000 : 3000));
    }
    this.polling = false;
    this.#stream();
  }
}
