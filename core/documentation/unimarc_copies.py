"""Copies in UNIMARC: 995 of the French recommendation, 996 of PMB, paired by barcode."""

import re

from core import fr
from core.documentation.drafts import ItemDraft
from core.documentation.enums import ItemState, LoanClass
from core.documentation.marc import MarcField, MarcRecord

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
        found.append(_item(_from_995(one), pairs or {}))
    return (*found, *(_item({}, pairs) for pairs in (*by_code.values(), *bare)))


def _pairs(one: MarcField) -> dict[str, str]:
    """Read ``$9 key:value`` pairs, cut at the first colon only; parts of a kit are joined."""
    found: dict[str, str] = {}
    for value in one.all("9"):
        key, _, text = value.partition(":")
        found[key] = f"{found[key]}\n{text}" if key == "piece" and key in found else text
    return found


def _from_995(one: MarcField) -> dict[str, str]:
    own = {
        "expl_cb": one.first("f"), "expl_cote": one.first("k"), "support_libelle": one.first("r"),
        "proprietaire_libelle": one.first("a"), "expl_note": one.first("u"),
        "expl_date_acquisition": one.first("m"), "circulation": one.first("o"),
    }  # fmt: skip
    rest = [f"{code} {value}" for code, value in one.subfields if code not in "fkraumo9" and value]
    return own | {"suite": " ; ".join(rest)}


def _item(basic: dict[str, str], faithful: dict[str, str]) -> ItemDraft:
    said = basic | {key: value for key, value in faithful.items() if value}
    status = fr.fold(said.get("statut_libelle", "") or said.get("circulation", ""))
    day = DATE.search(said.get("expl_date_acquisition", ""))
    parts = tuple(part for part in said.get("piece", "").split("\n") if part)
    count = said.get("expl_nbparts", "")
    cents = said.get("expl_prix_centimes", "")
    note = "\n".join(part for part in (said.get("expl_note", ""), said.get("suite", "")) if part)
    return ItemDraft(
        barcode=barcode(said.get("expl_cb", "")), shelf_mark=said.get("expl_cote", ""),
        location=said.get("location_libelle", ""), section=said.get("section_libelle", ""),
        medium=said.get("support_libelle", ""), owner=said.get("proprietaire_libelle", ""),
        loan_class=_loan_class(said, status), state=_state(said, status), parts=parts,
        parts_expected=max(1, int(count) if count.isdecimal() else 1, len(parts)),
        acquired_on="-".join(day.groups()) if day and day[1] > "0000" < day[2] else "",
        price_cents=int(cents) if cents.isdecimal() else None, note=note,
    )  # fmt: skip


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
    return (by_word or CIRCULATION.get(status, LoanClass.NORMAL)).value
