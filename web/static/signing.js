// Signing at BSrE: how many letters are ticked, and a passphrase that leaves with its form and stays nowhere.

import { say } from "./texts.js";

for (const form of document.querySelectorAll("form[data-signing]")) {
  const secrets = form.querySelectorAll("[name=passphrase], [name=totp]");
  const waits = form.querySelector("[data-waits]");
  const button = form.querySelector("button");
  const forget = () => {
    for (const field of secrets) field.value = "";
  };
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    waits.hidden = false;
    button.setAttribute("aria-disabled", "true");
    for (const field of secrets) field.readOnly = true;
    waits.scrollIntoView({ block: "nearest" });
  });
  window.addEventListener("pagehide", forget);
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return; // typed before this file came
    forget();
    waits.hidden = true;
    button.removeAttribute("aria-disabled");
    for (const field of secrets) field.readOnly = false;
  });
}

const bar = document.querySelector("[data-sign-bar]");
if (bar) {
  const boxes = [...document.querySelectorAll("input[name=pilih]")];
  const words = bar.querySelector("[data-sign-words]");
  const count = () => {
    const number = boxes.filter((box) => box.checked).length;
    words.textContent = number ? say("Tanda tangani {1} naskah", number) : say("Centang dahulu");
    bar.querySelector("button").setAttribute("aria-disabled", String(!number));
    const unread = boxes.filter((box) => !box.checked && !box.disabled).length;
    bar.querySelector("[data-sign-left]").textContent = unread ? say("{1} belum dicentang", unread) : "";
  };
  for (const box of boxes) box.addEventListener("change", count);
  bar.closest("form").addEventListener("submit", (event) => {
    if (boxes.some((box) => box.checked)) return;
    event.preventDefault();
    boxes.find((box) => !box.disabled)?.focus();
  });
  window.addEventListener("pageshow", count);
  count();
}
