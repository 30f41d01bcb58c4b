"""Every fixed word of the printed report, in four languages, and its dates and times.

A table, and not the gettext catalogues of the pages: the language of the report decides and not the reader's, and a
wording corrected next year on a page must not change the bytes of a document that can be made again from its version.
Clinical terms are those of the project's value sets.
"""

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from consult.reports.document.terms import CONFIDENCE, HEADINGS, SEXES
from core.web.dates import clinical_date

LANGUAGES: Final = ("en", "nl", "fr", "sv")

# key: (English, Dutch, French, Swedish); {braces} are filled by `view.py`
WORDS: Final[dict[str, tuple[str, str, str, str]]] = {
    # Head
    "consultation_for": (
        "Consultation for {name}, their number {theirs}, our number {ours}",
        "Consult voor {name}, hun nummer {theirs}, ons nummer {ours}",
        "Avis pour {name}, leur numéro {theirs}, notre numéro {ours}",
        "Konsultation för {name}, deras nummer {theirs}, vårt nummer {ours}",
    ),
    "received_from": (
        "Received from {name}, their number {ours}",
        "Ontvangen van {name}, hun nummer {ours}",
        "Reçu de {name}, leur numéro {ours}",
        "Mottaget från {name}, deras nummer {ours}",
    ),
    "no_number": ("not given yet", "nog niet toegekend", "pas encore attribué", "inte tilldelat än"),
    "page": (
        "Page {page} of {pages}",
        "Pagina {page} van {pages}",
        "Page {page} sur {pages}",
        "Sida {page} av {pages}",
    ),
    # Patient
    "patient": ("Patient", "Patiënt", "Patient", "Patient"),
    "pseudonym": ("Pseudonym", "Pseudoniem", "Pseudonyme", "Pseudonym"),
    "name_at_birth": ("Name at birth", "Geboortenaam", "Nom de naissance", "Namn vid födseln"),
    "name_used": ("Name used", "Roepnaam", "Prénom usuel", "Tilltalsnamn"),
    "born": ("Born", "Geboren", "Né(e) le", "Född"),
    "sex": ("Sex", "Geslacht", "Sexe", "Kön"),
    "number_at": ("Number at {name}", "Nummer bij {name}", "Numéro chez {name}", "Nummer hos {name}"),
    # Versions
    "original": (
        "Report, version {number}",
        "Verslag, versie {number}",
        "Compte rendu, version {number}",
        "Utlåtande, version {number}",
    ),
    "addendum": (
        "Addendum, version {number}",
        "Aanvulling, versie {number}",
        "Compte rendu complémentaire, version {number}",
        "Tilläggsutlåtande, version {number}",
    ),
    "amendment": (
        "Amended report, version {number}",
        "Gewijzigd verslag, versie {number}",
        "Compte rendu modifié, version {number}",
        "Ändrat utlåtande, version {number}",
    ),
    "correction": (
        "Corrected report, version {number}",
        "Gecorrigeerd verslag, versie {number}",
        "Compte rendu rectifié, version {number}",
        "Rättat utlåtande, version {number}",
    ),
    "addendum_of": (
        "Adds to version {earlier}. What version {earlier} says remains valid.",
        "Vult versie {earlier} aan. Wat in versie {earlier} staat, blijft geldig.",
        "Complète la version {earlier}. Le contenu de la version {earlier} reste valable.",
        "Kompletterar version {earlier}. Innehållet i version {earlier} gäller fortfarande.",
    ),
    "amendment_of": (
        "Replaces version {earlier}. The content has changed: read it again.",
        "Vervangt versie {earlier}. De inhoud is gewijzigd: lees het verslag opnieuw.",
        "Remplace la version {earlier}. Le contenu a changé : veuillez le relire.",
        "Ersätter version {earlier}. Innehållet har ändrats: läs utlåtandet på nytt.",
    ),
    "correction_of": (
        "Replaces version {earlier}. A clerical error was corrected.",
        "Vervangt versie {earlier}. Een schrijffout is hersteld.",
        "Remplace la version {earlier}. Une erreur matérielle a été corrigée.",
        "Ersätter version {earlier}. Ett skrivfel har rättats.",
    ),
    "why": ("Why this version", "Waarom deze versie", "Motif de cette version", "Varför denna version"),
    "demo": ("Demonstration", "Demonstratie", "Démonstration", "Demonstration"),
    "preliminary": ("Preliminary", "Voorlopig", "Provisoire", "Preliminär"),
    "preliminary_note": (
        "This report is preliminary. It can still change and does not replace the final report.",
        "Dit verslag is voorlopig. Het kan nog wijzigen en vervangt het definitieve verslag niet.",
        "Ce compte rendu est provisoire. Il peut encore changer et ne remplace pas le compte rendu définitif.",
        "Detta utlåtande är preliminärt. Det kan fortfarande ändras och ersätter inte slutsvaret.",
    ),
    # Body
    "confidence": ("Confidence", "Zekerheid", "Degré de certitude", "Säkerhet"),
    "request": ("What was asked", "De aanvraag", "La demande", "Remissen"),
    "question": ("Question", "Vraagstelling", "Question posée", "Frågeställning"),
    "working_diagnosis": ("Working diagnosis", "Werkdiagnose", "Hypothèse diagnostique", "Preliminär diagnos"),
    "clinical_details": ("Clinical details", "Klinische gegevens", "Renseignements cliniques", "Kliniska uppgifter"),
    "request_number": ("Request number", "Nummer van de aanvraag", "Numéro de la demande", "Remissens nummer"),
    "said_question": ("Information asked", "Informatie gevraagd", "Informations demandées", "Uppgifter efterfrågade"),
    "said_reply": ("Information given", "Informatie gegeven", "Informations données", "Uppgifter lämnade"),
    "first_report": (
        "Report of the requesting laboratory",
        "Verslag van het aanvragende laboratorium",
        "Compte rendu du laboratoire demandeur",
        "Remitterande laboratoriets utlåtande",
    ),
    "first_report_version": (
        "Version {number}, received {moment}. Start of SHA-256: {digest}.",
        "Versie {number}, ontvangen op {moment}. Begin SHA-256: {digest}.",
        "Version {number}, reçue le {moment}. Début SHA-256 : {digest}.",
        "Version {number}, mottagen {moment}. Början av SHA-256: {digest}.",
    ),
    "first_report_later": (
        "Version {number} came after the request was sent, received {moment}, and was current at the signature. "
        "Start of SHA-256: {digest}.",
        "Versie {number} kwam na het verzenden van de aanvraag, ontvangen op {moment}, en gold bij de ondertekening. "
        "Begin SHA-256: {digest}.",
        "La version {number} est arrivée après l'envoi de la demande, reçue le {moment}, et était en vigueur lors de "
        "la signature. Début SHA-256 : {digest}.",
        "Version {number} kom efter att remissen skickats, mottagen {moment}, och gällde vid signeringen. "
        "Början av SHA-256: {digest}.",
    ),
    "requester": ("Asked by", "Aangevraagd door", "Demandé par", "Remittent"),
    # Slides
    "slides": ("Slides shared", "Gedeelde coupes", "Lames partagées", "Delade snitt"),
    "slide": ("Slide", "Coupe", "Lame", "Snitt"),
    "stain": ("Stain", "Kleuring", "Coloration", "Färgning"),
    "level": ("Level", "Niveau", "Niveau", "Nivå"),
    "was_opened": ("Opened", "Geopend", "Ouverte", "Öppnat"),
    "opened": ("opened", "geopend", "ouverte", "öppnat"),
    "not_opened": ("not opened", "niet geopend", "non ouverte", "ej öppnat"),
    "unreadable": (
        "image could not be shown",
        "beeld niet te tonen",
        "image non affichable",
        "bilden kunde inte visas",
    ),
    "not_ready": (
        "image not ready",
        "beeld nog niet gereed",
        "image pas encore prête",
        "bilden inte klar",
    ),
    "none": ("no image", "geen beeld", "pas d'image", "ingen bild"),
    "no_file": ("–", "–", "–", "–"),
    "file": ("File, start of SHA-256", "Bestand, begin SHA-256", "Fichier, début SHA-256", "Fil, början av SHA-256"),
    "slides_all": (
        "All {total} slides were opened.",
        "Alle {total} coupes zijn geopend.",
        "Les {total} lames ont été ouvertes.",
        "Alla {total} snitt har öppnats.",
    ),
    "slides_one": (
        "The one slide was opened.",
        "De enige coupe is geopend.",
        "L'unique lame a été ouverte.",
        "Det enda snittet har öppnats.",
    ),
    "slides_some": (
        "{opened} of {total} slides were opened.",
        "{opened} van {total} coupes geopend.",
        "Lames ouvertes : {opened} sur {total}.",
        "{opened} av {total} snitt har öppnats.",
    ),
    # Signatures
    "signatures": ("Signatures", "Ondertekening", "Signatures", "Signaturer"),
    "unsigned": (
        "This report is not signed.",
        "Dit verslag is niet ondertekend.",
        "Ce compte rendu n'est pas signé.",
        "Detta utlåtande är inte signerat.",
    ),
    "signed_elsewhere": (
        "This report came from outside. The signature is on the original.",
        "Dit verslag komt van buiten. De handtekening staat op het origineel.",
        "Ce compte rendu vient de l'extérieur. La signature figure sur l'original.",
        "Detta utlåtande kommer utifrån. Signaturen finns på originalet.",
    ),
    "signed_at": ("Signed {moment}", "Ondertekend op {moment}", "Signé le {moment}", "Signerat {moment}"),
    "hash": (
        "SHA-256 of the signed content",
        "SHA-256 van de ondertekende inhoud",
        "SHA-256 du contenu signé",
        "SHA-256 för det signerade innehållet",
    ),
    "hash_unsigned": (
        "SHA-256 of the content",
        "SHA-256 van de inhoud",
        "SHA-256 du contenu",
        "SHA-256 för innehållet",
    ),
    "attached": (
        "This file carries the content as the attachment {name}.",
        "Dit bestand bevat de inhoud als bijlage {name}.",
        "Ce fichier contient le contenu en pièce jointe {name}.",
        "Filen innehåller innehållet som bilaga {name}.",
    ),
    "verify": ("Check this document", "Controleer dit document", "Vérifier ce document", "Kontrollera dokumentet"),
}


class Words:
    """The words of one language: `Words("nl").say("page", page=1, pages=2)`. KeyError on a word nobody wrote."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._column = LANGUAGES.index(language)

    def say(self, key: str, **values: object) -> str:
        """A fixed sentence with its values put in."""
        return WORDS[key][self._column].format(**values)

    def raw(self, key: str) -> str:
        """A fixed sentence with its braces, for the one place (the page number) where the typesetter fills them."""
        return WORDS[key][self._column]

    def heading(self, code: str) -> str:
        """The heading of a section."""
        return HEADINGS[code][self._column]

    def confidence(self, code: str) -> str:
        """How sure the author is."""
        return CONFIDENCE[code][self._column]

    def sex(self, code: str) -> str:
        """Administrative sex."""
        return SEXES[code][self._column]

    def day(self, when: dt.datetime, zone: ZoneInfo) -> str:
        """Day, short month, year in that zone. ValueError for a time without a zone: it would mean many moments."""
        if when.tzinfo is None:
            raise ValueError("The time of a signature needs a time zone.")
        return clinical_date(when.astimezone(zone).date(), self.language)

    def moment(self, when: dt.datetime, zone: ZoneInfo) -> str:
        """Day and time to the second, and the zone by its name (where it has one) and its distance from UTC."""
        day = self.day(when, zone)
        local = when.astimezone(zone)
        offset = local.strftime("%z")
        distance = f"UTC{offset[:3]}:{offset[3:5]}"
        name = local.tzname() or ""
        if not name.isalpha():  # some zones are named "+03"
            return f"{day} {local:%H:%M:%S} {distance}"
        return f"{day} {local:%H:%M:%S} {name} ({distance})"
