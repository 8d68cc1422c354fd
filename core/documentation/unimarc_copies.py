"""Copies in UNIMARC: 995 of the French recommendation, 996 of PMB, paired by barcode."""

import re

from core import fr
from core.documentation import numbers
from core.documentation.drafts import ItemDraft
from core.documentation.enums import ItemState, LoanClass
from core.documentation.marc import MarcField, MarcRecord
from core.documentation.readings import lines

STATES = (
    ("perdu", ItemState.LOST), ("reparation", ItemState.REPAIR), ("reliure", ItemState.REPAIR),
    ("traitement", ItemState.PROCESSING), ("commande", ItemState.PROCESSING),
    ("pilon", ItemState.WITHDRAWN), ("retire", ItemState.WITHDRAWN),
)  # fmt: skip
CLASSES = (
    ("exclu", LoanClass.EXCLUDED), ("non empruntable", LoanClass.EXCLUDED),
    ("consult", LoanClass.ON_SITE), ("sur place", LoanClass.ON_SITE), ("court", LoanClass.SHORT),
)  # fmt: skip
CIRCULATION = {"c": LoanClass.ON_SITE, "d": LoanClass.EXCLUDED}  # 995 $o, recommendation 995
PLAIN = {"a", "b"}  # borrowable; in stock
# Keys that become fields of a copy, others that only repeat them by number, and French names of
# those that are told in the note.
TAKEN = {
    "expl_cb", "expl_cote", "location_libelle", "section_libelle", "support_libelle",
    "proprietaire_libelle", "etat", "classe_pret", "expl_nbparts", "expl_date_acquisition",
    "expl_prix_centimes", "piece", "expl_note", "suite", "circulation",
}  # fmt: skip
TECHNICAL = {
    "expl_id", "expl_notice", "expl_bulletin", "expl_typdoc", "expl_section", "expl_statut",
    "expl_location", "expl_codestat", "expl_owner", "pret_flag",
}  # fmt: skip
TOLD = {"expl_prix": "prix", "statut_libelle": "statut", "codestat_libelle": "code statistique",
        "expl_comment": "commentaire"}  # fmt: skip
DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")


def barcode(text: str) -> str:
    """Return a barcode as it is compared: no spaces, capitals; zeros in front are its own.

    >>> barcode(" rt 000123\\r"), barcode("000123") == barcode("123")
    ('RT000123', False)
    """
    return "".join(text.split()).upper()


def items(record: MarcRecord) -> tuple[ItemDraft, ...]:
    """Return the copies of a record. 996 is the faithful one; 995 alone gives the others."""
    extras = [_pairs(one) for one in record.of("996")]
    by_code = {barcode(pairs["expl_cb"]): pairs for pairs in extras if pairs.get("expl_cb")}
    bare = [pairs for pairs in extras if not pairs.get("expl_cb")]
    found = []
    for one in record.of("995"):
        code = barcode(one.first("f"))
        pairs = by_code.pop(code, None) if code else (bare.pop(0) if bare else None)
        found.append(of_pairs(_from_995(one), pairs or {}))
    return (*found, *(of_pairs({}, pairs) for pairs in (*by_code.values(), *bare)))


def _pairs(one: MarcField) -> dict[str, str]:
    """Read ``$9 key:value`` pairs, cut at the first colon only; parts and lines are joined."""
    found: dict[str, str] = {}
    for value in one.all("9"):
        key, _, text = value.partition(":")
        is_more = key in {"piece", "expl_note"} and key in found
        found[key] = f"{found[key]}\n{text}" if is_more else text
    return found


def _from_995(one: MarcField) -> dict[str, str]:
    own = {
        "expl_cb": one.first("f"), "expl_cote": one.first("k"), "support_libelle": one.first("r"),
        "proprietaire_libelle": one.first("a"), "expl_note": one.first("u"),
        "expl_date_acquisition": one.first("m"), "circulation": one.first("o"),
    }  # fmt: skip
    told, seen = [], set()
    for code, value in one.subfields:
        is_taken = code in "fkraum" and code not in seen and value
        is_known = code == "o" and (value in CIRCULATION or value in PLAIN)
        seen |= {code} if is_taken else set()
        if value and not is_taken and not is_known and code != "9":
            told.append(f"{code} {value}")
    return own | {"suite": " ; ".join(told)}


def of_pairs(basic: dict[str, str], faithful: dict[str, str]) -> ItemDraft:
    """Return the copy that pairs « key: value » of PMB tell; the faithful ones win."""
    said = basic | {key: value for key, value in faithful.items() if value}
    status = fr.fold(said.get("statut_libelle", "") or said.get("circulation", ""))
    day = DATE.search(said.get("expl_date_acquisition", ""))
    parts = tuple(part for part in said.get("piece", "").split("\n") if part)
    count = said.get("expl_nbparts", "")
    cents = said.get("expl_prix_centimes", "")
    price = int(cents) if cents.isdecimal() else numbers.cents(said.get("expl_prix", ""))
    return ItemDraft(
        barcode=barcode(said.get("expl_cb", "")), shelf_mark=said.get("expl_cote", ""),
        location=said.get("location_libelle", ""), section=said.get("section_libelle", ""),
        medium=said.get("support_libelle", ""), owner=said.get("proprietaire_libelle", ""),
        loan_class=_loan_class(said, status), state=_state(said, status), parts=parts,
        parts_expected=max(1, int(count) if count.isdecimal() else 1, len(parts)),
        acquired_on="-".join(day.groups()) if day and day[1] > "0000" < day[2] else "",
        price_cents=price, note=_note(said, status, is_priced=price is not None),
    )  # fmt: skip


def _note(said: dict[str, str], status: str, *, is_priced: bool) -> str:
    """Write the note, with all that the copy has no field for: nothing of a 996 is dropped."""
    silent = TAKEN | TECHNICAL | ({"expl_prix"} if is_priced else set())
    if any(word in status for word, _ in (*STATES, *CLASSES)):
        silent |= {"statut_libelle"}
    told = [
        f"{TOLD.get(key, key)} : {value}"
        for key, value in said.items() if value and key not in silent
    ]  # fmt: skip
    date = said.get("expl_date_acquisition", "")
    told += [f"date : {date}"] if date and not DATE.search(date) else []
    count = said.get("expl_nbparts", "")
    told += [f"nombre d’éléments : {count}"] if count and not count.isdecimal() else []
    return lines([said.get("expl_note", ""), said.get("suite", ""), *told])


def _state(said: dict[str, str], status: str) -> str:
    own = said.get("etat", "")
    if own in set(ItemState):
        return own
    return next((state for word, state in STATES if word in status), ItemState.IN_SERVICE).value


def _loan_class(said: dict[str, str], status: str) -> str:
    own = said.get("classe_pret", "")
    if own in set(LoanClass):
        return own
    by_word = next((kind for word, kind in CLASSES if word in status), None)
    if by_word is None and said.get("pret_flag") == "0":
        by_word = LoanClass.EXCLUDED
    return (by_word or CIRCULATION.get(status, LoanClass.NORMAL)).value
