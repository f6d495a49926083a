// What scripts say, in the reader's language: the Indonesian stands in the scripts, its English comes with the page.

const english = JSON.parse(document.getElementById("kata-skrip")?.textContent ?? "{}");

export const locale = document.documentElement.lang === "en" ? "en-GB" : "id-ID";

export function say(text, ...values) {
  return (english[text] ?? text).replace(/\{(\d)\}/g, (_, at) => values[at - 1]);
}
