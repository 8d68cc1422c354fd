"""The page's language, and the few words of Streamlit itself that no option translates."""

import json

import streamlit as st

WORDS = {
    "Upload": "Parcourir",
    "250MB per file": "250 Mo par fichier",
    "Drag and drop file here": "Déposez le fichier ici",
    "Browse files": "Parcourir",
    "No results": "Aucun résultat",
    "No options to select": "Aucun choix possible",
    "Choose an option": "Choisir",
    "Choose options": "Choisir",
    "Select all": "Tout choisir",
    "Press Enter to apply": "Entrée pour valider",
    "Press Enter to submit form": "Entrée pour envoyer",
    "Page not found": "Page introuvable",
    "The page that you have requested does not seem to exist. Running the app's main page.": (
        "Cette adresse n’existe pas, ou votre rôle n’y donne pas accès. Voici l’accueil."
    ),
    "Rerun": "Actualiser",
    "Settings": "Réglages",
    "Print": "Imprimer",
    "empty": "vide",
    "Take Photo": "Prendre la photo",
    "Clear photo": "Reprendre la photo",
    "Uploading...": "Envoi…",
    "Switch camera": "Changer d’appareil photo",
    "This app would like to use your camera.": "Autorisez le navigateur à ouvrir la caméra.",
    "Learn how to allow access.": "Comment faire (aide du navigateur, en anglais).",
    "Pagination": "Pages",
    "Next page": "Page suivante",
    "Previous page": "Page précédente",
    "Next month": "Mois suivant",
    "Previous month": "Mois précédent",
    "Choose date": "Choisir une date",
    "Choose date range": "Choisir une période",
    "Clear all": "Tout effacer",
    "Clear value": "Effacer",
    "Clear date": "Effacer la date",
    "Clear dates": "Effacer les dates",
    "Selected values": "Choix faits",
    "Close": "Fermer",
    "Open": "Ouvrir",
    "dd": "jj",
    "yyyy": "aaaa",
    "Increment": "Augmenter",
    "Decrement": "Diminuer",
    "Expand sidebar": "Ouvrir le menu",
    "Collapse sidebar": "Fermer le menu",
    "Sidebar": "Menu",
    "App pages": "Pages de l’application",
    "Main menu": "Réglages et aide",
    "Link to heading": "Lien vers ce titre",
    "Stop script": "Arrêter",
    "Running": "En cours",
}
STARTS = {"Add: ": "Ajouter : "}  # what begins so goes on with what was typed
LABELS = {"Remove ": "Retirer ", **STARTS}  # read by a screen reader, or under the pointer
SCRIPT = """
<script>
(() => {
  const words = %s, starts = %s, labels = %s, named = ["aria-label", "title", "placeholder"];
  document.documentElement.lang = "fr";
  if (window.rtFrench) return;
  window.rtFrench = true;
  const told = (text, begun) => {
    if (Object.hasOwn(words, text)) return words[text];
    const start = Object.keys(begun).find((one) => text.startsWith(one));
    return start ? begun[start] + text.slice(start.length) : text;
  };
  const say = (node) => {
    const text = node.nodeValue.trim(), french = told(text, starts);
    if (french !== text) node.nodeValue = node.nodeValue.replace(text, () => french);
  };
  const name = (node) => named.forEach((label) => {
    const text = node.getAttribute(label), french = text && told(text, labels);
    if (french !== text) node.setAttribute(label, french);
  });
  const walk = (root) => {
    if (root.nodeType === Node.TEXT_NODE) return say(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    [root, ...root.querySelectorAll("[aria-label], [title], [placeholder]")].forEach(name);
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) say(texts.currentNode);
  };
  walk(document.body);
  new MutationObserver((changes) => changes.forEach((change) => {
    if (change.type === "characterData") say(change.target);
    if (change.type === "attributes") name(change.target);
    change.addedNodes.forEach(walk);
  })).observe(document.body, {
    childList: true, subtree: true, characterData: true, attributeFilter: named,
  });
})();
</script>
"""


def settle() -> None:
    """Say that the page is French, and translate what Streamlit writes by itself."""
    with st.sidebar:
        said = tuple(json.dumps(one, ensure_ascii=False) for one in (WORDS, STARTS, LABELS))
        st.html(SCRIPT % said, unsafe_allow_javascript=True)
