// A form that came back with what was sent is the answer to a POST: reloading it, or going back to it, asks for its draft
// instead. This runs before the page is drawn, because whoever is quick presses on before the other scripts have come.

{
  const { draft } = document.currentScript.dataset;
  const here = new URL(location.href);
  here.search = draft ? new URLSearchParams({ draf: draft }) : "";
  history.replaceState(null, "", here);
}
