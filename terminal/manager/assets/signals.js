// What is so in the shop: a button says that it is, or no longer.
const signals = document.getElementById("signals");
signals.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const said = signals.querySelector(".look");
  try {
    const answer = await fetch("/beheer/signalen", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ lane: signals.dataset.lane, name: button.dataset.name, on: button.ariaPressed !== "true" }),
    });
    if (answer.ok) {
      location.reload();
      return;
    }
    said.textContent = "! " + (await answer.json()).detail;
  } catch (error) {
    said.textContent = "! " + signals.dataset.fault;
  }
  said.hidden = false;
});
