// A form that was sent in vain stays in this tab while its person signs in at another site, and goes on afterwards.

const KEY = "docgen:isian-tertahan";
const field = document.querySelector("[data-kept-form]");

function stored() {
  try {
    return sessionStorage.getItem(KEY) || "";
  } catch {
    return ""; // a browser that keeps nothing
  }
}

for (const link of document.querySelectorAll("[data-keep-form]")) {
  link.addEventListener("click", () => {
    try {
      if (field?.value) sessionStorage.setItem(KEY, field.value);
    } catch {
      // a browser that keeps nothing: the page after signing in says so
    }
  });
}

if (field && !field.value) field.value = stored();

const sending = document.querySelector("[data-send-kept]");
if (sending && field.value) {
  for (const part of document.querySelectorAll("[data-kept-there]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-kept-gone]")) part.hidden = true;
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // nothing was kept
  }
  sending.requestSubmit();
}
