"""What the header of a column means, in many languages, and what its merge field is called."""

import re
import unicodedata
from collections.abc import Sequence

MAX_FIELD_NAME = 60

EMAIL, NAME, FIRST, LAST = "email", "name", "first_name", "last_name"

# Written as ``field_name`` folds them. English, Spanish, French, German, Italian, Portuguese, Dutch, Nordic,
# Polish, Czech, Croatian, Turkish, Russian, Ukrainian, Greek, Japanese, Chinese, Korean, Arabic, Hebrew and
# Hindi.
_SYNONYMS = {
    EMAIL: """
        email e_mail mail emails e_mails email_address e_mail_address mail_address email_addresses email_id
        mail_id emailaddress attendee_email invitee_email guest_email work_email business_email primary_email
        user_email contact_email guest_e_mail work_e_mail email_1 e_mail_1 e_mail_1_value
        correo correo_electronico correo_e direccion_de_correo direccion_de_correo_electronico
        courriel adresse_e_mail adresse_email adresse_mail adresse_courriel adresse_electronique mel
        e_mail_adresse emailadresse mailadresse email_adresse
        indirizzo_email indirizzo_e_mail posta_elettronica
        endereco_de_email endereco_de_e_mail correio_eletronico e_mailadres emailadres mailadres
        e_post epost e_postadress epostadress e_postadresse sahkoposti sahkopostiosoite
        adres_email adres_e_mail e_mailova_adresa emailova_adresa e_posta eposta e_posta_adresi
        почта эл_почта электронная_почта адрес_электронной_почты имейл емейл пошта електронна_пошта
        ηλεκτρονικο_ταχυδρομειο メール メールアドレス eメール 電子メール
        邮箱 邮箱地址 电子邮箱 电子邮件 电子邮件地址 邮件 邮件地址 電子郵件 信箱 이메일 이메일_주소 메일
        البريد_الإلكتروني بريد_إلكتروني דואל דוא_ל אימייל ईमेल""",
    NAME: """
        name full_name fullname display_name displayname attendee_name guest_name invitee_name contact_name
        participant nombre_completo nombre_y_apellidos nom_complet nom_et_prenom prenom_et_nom
        vollstandiger_name vor_und_nachname vor_und_zuname nome_completo nome_e_cognome
        volledige_naam naam namn navn nimi imie_i_nazwisko jmeno_a_prijmeni ime_i_prezime ad_soyad adi_soyadi
        имя_и_фамилия фио полное_имя ονοματεπωνυμο 氏名 名前 お名前 姓名 全名 이름 성명 الاسم שם_מלא""",
    FIRST: """
        first_name first firstname given_name given givenname forename vorname prenom nombre nombres nome
        voornaam fornamn fornavn etunimi imie jmeno ime ad имя ім_я ονομα 名 الاسم_الأول שם_פרטי""",
    LAST: """
        last_name last lastname surname family_name family familyname nachname familienname zuname nom
        nom_de_famille apellido apellidos cognome sobrenome apelido achternaam efternamn etternavn efternavn
        sukunimi nazwisko prijmeni prezime soyad soyadi фамилия прізвище επωνυμο 姓 성
        اسم_العائلة שם_משפחה""",
}
_CANONICAL = {word: field for field, words in _SYNONYMS.items() for word in words.split()}

# One part of the name if the list has the other part too, else the whole name.
_PART_OR_WHOLE = frozenset(("nom", "nombre", "nombres", "nome", "имя", "ім_я", "ime", "jmeno", "ονομα"))
# The whole name, but the last name beside a first-name column of the same language.
_LAST_BESIDE = {"name": "vorname", "naam": "voornaam", "namn": "fornamn", "navn": "fornavn"}


def canonical(field: str) -> str:
    """``email``, ``name``, ``first_name`` or ``last_name`` for a synonym of it, else ``field``."""
    return _CANONICAL.get(field, field)


def meanings(field: str) -> tuple[str, ...]:
    """The columns a merge field may mean, the likeliest first."""
    whole = (NAME,) if field in _PART_OR_WHOLE else ()
    return tuple(dict.fromkeys((field, canonical(field), *whole)))


def field_name(header: str) -> str:
    """``header`` as a merge field: ``Company Name`` is ``company_name``, letters of any script stay."""
    folded = "".join(_folded(letter) for letter in unicodedata.normalize("NFKC", header)).casefold()
    kept = "".join(letter if unicodedata.category(letter)[0] in "LNM" else "_" for letter in folded)
    return re.sub("_+", "_", kept).strip("_")[:MAX_FIELD_NAME].strip("_")


def _folded(letter: str) -> str:
    """A Latin letter without its accent; a Greek one too, since capitals are written without accents."""
    if letter.isascii():
        return letter
    first = unicodedata.normalize("NFD", letter)[0]
    return first if first.isascii() or "\u0370" <= first <= "\u03ff" else letter


def field_names(header: Sequence[str], address: int) -> tuple[str, ...]:
    """Every column's merge field: the address column is ``email``, duplicates are numbered."""
    plain = [field_name(cell) for cell in header]
    fields = [_in_company(plain, index) or f"column_{index + 1}" for index in range(len(plain))]
    names: list[str] = []
    taken = {EMAIL}
    for index, field in enumerate(fields):
        wanted, number = field, 1
        while wanted in taken and index != address:
            number += 1
            wanted = f"{field}_{number}"
        names.append(EMAIL if index == address else wanted)
        taken.add(names[-1])
    return tuple(names)


def _in_company(plain: Sequence[str], index: int) -> str:
    """What a header means beside the others: ``Nom`` is the last name only if there is a ``Prénom``."""
    word = plain[index]
    others = [canonical(other) for other in plain if other != word]
    if word in _PART_OR_WHOLE and FIRST not in others and LAST not in others:
        return NAME
    if word in _PART_OR_WHOLE:
        return FIRST if LAST in others else LAST
    if _LAST_BESIDE.get(word) in plain:
        return LAST
    return canonical(word)
