"""Who may be taken for the attendee, or for a colleague of theirs."""

import pytest

from campaigns.mailbox_names import is_alias, is_at_the_same_company

PUBLIC_DOMAINS = """gmail.com googlemail.com outlook.com hotmail.ca hotmail.com.br live.nl yahoo.co.in
    yahoo.com.mx icloud.com me.com proton.me gmx.us gmx.net web.de freenet.de
    posteo.de mailbox.org comcast.net att.net btinternet.com seznam.cz wp.pl onet.pl
    abv.bg ukr.net bk.ru qq.com 163.com naver.com daum.net docomo.ne.jp uol.com.br
    libero.it orange.fr sfr.fr bluewin.ch telenet.be hey.com privaterelay.appleid.com"""


@pytest.mark.parametrize("domain", PUBLIC_DOMAINS.split())
def test_a_neighbour_at_a_public_mail_service_is_a_stranger(domain):
    assert not is_at_the_same_company(f"eve@{domain}", f"ana@{domain}")
    assert not is_alias(f"ana.diaz@{domain}", "Ana Díaz", f"adiaz@{domain}", "Ana Díaz")


@pytest.mark.parametrize("domain", ["acme.com", "live.acme.com", "outlook-design.com", "yahoo.example.org"])
def test_at_a_domain_of_their_own_they_are_colleagues(domain):
    assert is_at_the_same_company(f"eve@{domain}", f"ana@{domain}")
    assert is_alias(f"ana.diaz@{domain}", "Ana Díaz", f"adiaz@{domain}", "Ana Díaz")
