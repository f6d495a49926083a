// Passkeys: the browser makes or uses one, and the form of the page sends its answer. Without it codes and passwords work.

import { say } from "./texts.js";

const works = "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;

for (const button of document.querySelectorAll("[data-passkey]")) {
  button.hidden = !works;
  button.addEventListener("click", async () => {
    const { form } = button;
    await ask(form, button, async () => {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await question(button.dataset.passkey, form));
      const answer = await navigator.credentials.get({ publicKey });
      form.elements[button.dataset.field].value = JSON.stringify(answer.toJSON());
      form.noValidate = true; // a code or password is not needed beside it
      if (button.dataset.action) form.action = button.dataset.action;
      form.requestSubmit();
    });
  });
}

for (const form of document.querySelectorAll("[data-passkey-new]")) {
  form.hidden = !works;
  document.querySelector("[data-passkey-none]").hidden = works;
  form.addEventListener("submit", async (event) => {
    if (form.elements.passkey.value) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // not sent yet
    const button = form.querySelector("button");
    await ask(form, button, async () => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await question(form.dataset.passkeyNew, form));
      const answer = await navigator.credentials.create({ publicKey });
      form.elements.passkey.value = JSON.stringify(answer.toJSON());
      form.requestSubmit();
    });
  }, { capture: true });
}

async function ask(form, button, work) {
  const wrong = form.querySelector("[data-passkey-wrong]");
  wrong.hidden = true;
  button.disabled = true;
  try {
    await work();
  } catch (error) {
    wrong.textContent = error.name === "InvalidStateError"
      ? say("Perangkat ini sudah memiliki kunci sandi untuk akun Anda.")
      : error.reason ?? say("Kunci sandi tidak jadi dipakai. Coba sekali lagi, atau pakai cara lain.");
    wrong.hidden = false;
  } finally {
    button.disabled = false;
  }
}

async function question(url, form) {
  const data = new FormData();
  data.set("csrf_token", form.elements.csrf_token.value);
  const answer = await fetch(url, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" } });
  const content = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(content.error), { reason: content.error });
  return content;
}
