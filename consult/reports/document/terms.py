"""The clinical terms of the printed report in four languages: headings, confidence, sex. From the value sets."""

from typing import Final

Term = tuple[str, str, str, str]  # English, Dutch, French, Swedish

HEADINGS: Final[dict[str, Term]] = {
    "answer": (
        "Answer to the question",
        "Antwoord op de vraagstelling",
        "Réponse à la question",
        "Svar på frågeställningen",
    ),
    "diagnosis": ("Diagnosis", "Conclusie / diagnose", "Diagnostic", "Diagnos"),
    "microscopy": ("Microscopy", "Microscopie", "Microscopie", "Mikroskopi"),
    "ancillary": (
        "Additional stains and tests",
        "Aanvullende kleuringen en bepalingen",
        "Techniques complémentaires",
        "Tilläggsfärgningar och analyser",
    ),
    "comment": ("Comment", "Toelichting", "Commentaire", "Kommentar"),
    "recommendation": ("Recommendation", "Advies", "Recommandation", "Rekommendation"),
    "comparison": (
        "Comparison with the first report",
        "Vergelijking met eerste verslag",
        "Comparaison avec le premier compte rendu",
        "Jämförelse med första utlåtandet",
    ),
    "limits": (
        "Limits of this opinion",
        "Beperkingen van dit oordeel",
        "Limites de cet avis",
        "Begränsningar i bedömningen",
    ),
    "addendum": ("Addendum", "Aanvulling", "Compte rendu complémentaire", "Tilläggsutlåtande"),
    "clinical_history": ("Clinical details", "Klinische gegevens", "Renseignements cliniques", "Kliniska uppgifter"),
    "material": ("Material received", "Ontvangen materiaal", "Matériel reçu", "Mottaget material"),
    "gross": ("Gross description", "Macroscopie", "Macroscopie", "Makroskopi"),
    "intraoperative": (
        "Intra-operative finding",
        "Intraoperatieve bevinding",
        "Examen extemporané",
        "Intraoperativt fynd",
    ),
    "synoptic": ("Structured part", "Synoptisch deel", "Compte rendu structuré", "Strukturerad del"),
}

CONFIDENCE: Final[dict[str, Term]] = {
    "definite": ("Definite", "Zeker", "Certain", "Säker"),
    "favoured": ("Favoured", "Waarschijnlijk", "Probable", "Trolig"),
    "differential": (
        "One of several",
        "Eén van meerdere mogelijkheden",
        "Un diagnostic parmi d'autres",
        "En av flera möjligheter",
    ),
    "descriptive": ("Descriptive only", "Alleen beschrijvend", "Descriptif seulement", "Endast beskrivande"),
}

SEXES: Final[dict[str, Term]] = {
    "F": ("Female", "Vrouw", "Femme", "Kvinna"),
    "M": ("Male", "Man", "Homme", "Man"),
    "X": ("Other", "Anders", "Autre", "Annat"),
    "U": ("Unknown", "Onbekend", "Inconnu", "Okänt"),
}
