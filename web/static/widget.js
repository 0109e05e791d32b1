function (words) {
  // The floating button that opens the chat on another site. The server wraps this as (function)(words).
  const script = document.currentScript;
  const address = new URL("chat?embed=1", script.src).href;

  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.open;
  button.setAttribute("aria-expanded", "false");
  Object.assign(button.style, {
    position: "fixed", right: "16px", bottom: "16px", zIndex: "2147483000", minHeight: "48px", padding: "0 20px",
    border: "0", borderRadius: "24px", background: "#0b5d57", color: "#fff", font: "600 17px/1 system-ui, sans-serif",
    boxShadow: "0 2px 10px rgba(0, 0, 0, .3)", cursor: "pointer",
  });

  let frame = null;

  function openFrame() {
    frame = document.createElement("iframe");
    frame.title = words.title;
    frame.src = address;
    frame.allow = "geolocation; clipboard-write";
    Object.assign(frame.style, {
      position: "fixed", right: "16px", bottom: "76px", zIndex: "2147483000", width: "min(400px, calc(100vw - 32px))",
      height: "min(640px, calc(100vh - 96px))", border: "0", borderRadius: "16px", background: "#eef3f1",
      boxShadow: "0 4px 24px rgba(0, 0, 0, .35)",
    });
    document.body.append(frame);
  }

  button.addEventListener("click", () => {
    if (!frame) {
      openFrame();
    } else {
      frame.hidden = !frame.hidden;
      frame.style.display = frame.hidden ? "none" : "";
    }
    button.textContent = frame.hidden ? words.open : words.close;
    button.setAttribute("aria-expanded", String(!frame.hidden));
  });

  const show = () => document.body.append(button);
  if (document.body) show();
  else document.addEventListener("DOMContentLoaded", show);
}
