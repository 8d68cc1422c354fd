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
}
SCRIPT = """
<script>
(() => {
  const words = %s;
  document.documentElement.lang = "fr";
  if (window.rtFrench) return;
  window.rtFrench = true;
  const say = (node) => {
    const text = node.nodeValue.trim();
    if (Object.hasOwn(words, text)) node.nodeValue = node.nodeValue.replace(text, words[text]);
  };
  const walk = (root) => {
    if (root.nodeType === Node.TEXT_NODE) return say(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) say(texts.currentNode);
  };
  walk(document.body);
  new MutationObserver((changes) => changes.forEach((change) => {
    if (change.type === "characterData") say(change.target);
    change.addedNodes.forEach(walk);
  })).observe(document.body, { childList: true, subtree: true, characterData: true });
})();
</script>
"""


def settle() -> None:
    """Say that the page is French, and translate what Streamlit writes by itself."""
    with st.sidebar:
        st.html(SCRIPT % json.dumps(WORDS, ensure_ascii=False), unsafe_allow_javascript=True)
