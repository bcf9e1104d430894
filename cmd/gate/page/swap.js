// Swaps the one-time code for a cookie: the code in the address, or a typed one.
const main = document.querySelector("main");
const said = document.getElementById("said");

async function swap(code) {
  let answer;
  try {
    answer = await fetch("/session", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ code }),
      credentials: "same-origin",
    });
  } catch {
    tell("Zegel antwoordt niet. Probeer het nog eens. / Zegel does not answer. Try once more.");
    return;
  }
  if (answer.ok) {
    location.replace(location.pathname === "/" ? main.dataset.home : location.pathname);
    return;
  }
  tell(answer.status === 429
    ? "Te vaak geprobeerd. Wacht even. / Tried too often. Wait a little."
    : "Deze code geldt niet (meer). Vraag een nieuwe met: zegel open / This code is not valid (any more). Ask for a new one with: zegel open");
}

function tell(text) {
  said.textContent = text;
  said.dataset.tone = "no";
  document.getElementById("also").hidden = true;
}

function swapFromAddress() {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (!code) return;
  // It has no business in the address bar or in the history.
  history.replaceState(null, "", location.pathname);
  swap(code);
}

document.getElementById("swap").addEventListener("submit", (event) => {
  event.preventDefault();
  swap(document.getElementById("code").value);
});
addEventListener("hashchange", swapFromAddress);
swapFromAddress();
