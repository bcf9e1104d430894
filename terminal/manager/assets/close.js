// Closing the day: what was typed goes up as JSON, and the answer is shown. A
// PIN or badge does not stay in its field.
const form = document.getElementById("close");
if (form) {
  const said = document.getElementById("said");
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    said.hidden = true;
    const value = (name) => form.elements.namedItem(name)?.value.trim() ?? "";
    const secret = value("secret");
    if (secret) form.elements.namedItem("secret").value = "";
    try {
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
          number: Number(form.dataset.number), lane: form.dataset.lane, secret,
          turnover: value("turnover"), receipts: value("receipts"), points_paid: value("points_paid"),
        }),
      });
      const body = await answer.json();
      if (answer.ok) {
        location.assign(body.href);
        return;
      }
      said.textContent = "! " + body.detail;
    } catch (error) {
      said.textContent = "! " + form.dataset.fault;
    }
    said.hidden = false;
    button.disabled = false;
  });
}
