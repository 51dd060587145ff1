"""Tests of what is read from printed cells."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding import (
    find_typos,
    parse_amount,
    parse_office,
    parse_offices,
    parse_personnel,
    parse_printed_date,
    parse_topics,
)
from engagement.errors import DateError, EngagementError, UnknownTermError
from engagement.values.dates import EventDate
from engagement.values.topics import TOPICS
from engagement.values.vocabulary import Rank, fold_term, with_implied

OFFICES = [
    ("President", Rank.HEAD_OF_STATE),
    ("Acting President", Rank.HEAD_OF_STATE),
    ("First President", Rank.HEAD_OF_STATE),
    ("Prime Minister", Rank.HEAD_OF_GOVERNMENT),
    ("Premier", Rank.HEAD_OF_GOVERNMENT),
    ("Speaker of Parliament", Rank.SPEAKER),
    ("Chairman of the Senate", Rank.SPEAKER),
    ("Chairman of Lower House of Parliament", Rank.SPEAKER),
    ("Chairman of the Standing Committee of the NPC", Rank.SPEAKER),
    ("Chairman of the National People's Congress Standing Committee", Rank.SPEAKER),
    ("Vice Chairperson of the Standing Committee of the NPC", Rank.DEPUTY_LEADER),
    ("Vice President", Rank.DEPUTY_LEADER),
    ("First Deputy Prime Minister", Rank.DEPUTY_LEADER),
    ("Vice Premier of State Council", Rank.DEPUTY_LEADER),
    ("State councillor", Rank.DEPUTY_LEADER),
    ("Vice Chairman of the Central Military Commission", Rank.DEPUTY_LEADER),
    ("Secretary of the Central Political and Legal Affairs Commission", Rank.DEPUTY_LEADER),
    ("Minister of Foreign Affairs", Rank.MINISTER),
    ("Foreign Minister", Rank.MINISTER),
    ("Defence Minister", Rank.MINISTER),
    ("Secretary of State", Rank.MINISTER),
    ("Secretary of Security Council", Rank.MINISTER),
    ("Chief of Staff of the Armed Forces", Rank.MINISTER),
    ("Head of State Border Service", Rank.MINISTER),
    ("Commander of People's Liberation Army", Rank.MINISTER),
    ("Secretary General of SCO", Rank.MINISTER),
    ("Deputy Minister of Internal Affairs", Rank.DEPUTY_MINISTER),
    ("Vice Minister of Public Security", Rank.DEPUTY_MINISTER),
    ("Assistant Minister of Foreign Affairs", Rank.DEPUTY_MINISTER),
    ("External Security Commissioner of the Foreign Ministry", Rank.DEPUTY_MINISTER),
    ("Deputy Commander of People's Liberation Army", Rank.DEPUTY_MINISTER),
    ("Deputy Director of Border Service", Rank.DEPUTY_MINISTER),
    ("Ambassador to China", Rank.AMBASSADOR),
    ("Commander of Western Theater", Rank.SENIOR_OFFICIAL),
    ("Deputy Commander of Lanzhou Military Division", Rank.SENIOR_OFFICIAL),
    ("Deputy Head of Railway Department of MPS", Rank.SENIOR_OFFICIAL),
    ("Deputy Chief of Tashkent Police", Rank.SENIOR_OFFICIAL),
    ("Chief of Staff of Border Guards", Rank.SENIOR_OFFICIAL),
    ("Ministry of Public Security representatives", Rank.WORKING_LEVEL),
    ("Department of Public Security of Nanjing", Rank.WORKING_LEVEL),
    ("State Security Service", Rank.WORKING_LEVEL),
]


@pytest.mark.parametrize(("text", "rank"), OFFICES)
def test_office_has_the_rank_that_its_title_says(text, rank):
    """Each kind of title has the rank that the codebook gives it."""
    office = parse_office(text)

    assert office.rank is rank
    assert office.printed == text


@pytest.mark.parametrize(("text", "rank"), OFFICES)
def test_case_and_articles_do_not_matter_to_an_office(text, rank):
    """The same title in small letters, without articles, is the same office."""
    bare = text.lower().replace("the ", "")

    assert parse_office(bare).rank is rank


def test_translations_of_one_office_become_one_spelling():
    """Council or commission, deputy or vice, the abbreviation or the name: one office each."""
    assert (
        parse_office("Deputy Chairman of Central Military Council").office
        == parse_office("Vice Chairman of the Central Military Commission").office
        == "Vice Chairman of Central Military Commission"
    )
    assert (
        parse_office("Vice Chairperson of the Standing Committee", of="the NPC").office
        == "Vice Chairman of Standing Committee of National People's Congress"
    )
    assert parse_office("Vice Prime Minister").office == "Deputy Prime Minister"


def test_an_office_in_its_one_spelling_reads_as_itself():
    """Reading what was read changes nothing."""
    for text, _ in OFFICES:
        office = parse_office(text)
        again = parse_office(office.office)

        assert (again.office, again.rank) == (office.office, office.rank)


def test_acting_body_organisation_and_person_are_told():
    """What a title says beside its rank is kept."""
    assert parse_office("Acting Minister of Foreign Affairs").is_acting
    assert not parse_office("Minister of Foreign Affairs").is_acting
    assert parse_office("Anti-Terrorism Department of MPS").is_body
    assert parse_office("Secretary General of Shanghai Cooperation Organization").organisation == (
        "SCO"
    )
    assert parse_office("Minister of Defense").organisation is None


def test_the_country_of_an_office_is_no_part_of_it():
    """An office is read with its country's name, and refused with a name that is none."""
    assert parse_office("President of the Kyrgyz Republic").office == "President"
    assert parse_office("Minister of Defense of Kazakhstan").office == "Minister of Defense"
    with pytest.raises(UnknownTermError, match="unknown office 'President of the Chamber'"):
        parse_office("President of the Chamber")


def test_a_person_has_the_office_held_at_the_date():
    """A person printed alone is read by the date, and refused without one or outside of them."""
    speaker = parse_office("Li Peng", date="2002-05")

    assert (speaker.name, speaker.rank) == ("Li Peng", Rank.SPEAKER)
    assert parse_office("Li Peng", date="1995").rank is Rank.HEAD_OF_GOVERNMENT
    for date in (None, "1998", "1998-03", "2010-05"):
        with pytest.raises(UnknownTermError, match=r"'Li Peng' is a person, whose office date="):
            parse_office("Li Peng", date=date)


def test_two_offices_in_a_cell_are_read_as_two():
    """A comma parts two offices; asking for one of them is an error that says so."""
    cell = {"text": "Minister of Justice, Chief of Joint Staff", "of": "Central Military Council"}

    assert [office.office for office in parse_offices(**cell)] == [
        "Minister of Justice",
        "Chief of Joint Staff of Central Military Commission",
    ]
    with pytest.raises(UnknownTermError, match="holds 2 offices; parse_offices reads them"):
        parse_office(**cell)


def test_a_users_own_offices_go_before_the_librarys():
    """A rank given for a title holds for it, whatever the library would say."""
    more = {"Grand Vizier": "head of government", "Premier": Rank.MINISTER}

    assert parse_office("grand vizier", more=more).rank is Rank.HEAD_OF_GOVERNMENT
    assert parse_office("Premier", more=more).rank is Rank.MINISTER
    with pytest.raises(UnknownTermError, match="unknown rank 'vizier'"):
        parse_office("Grand Vizier", more={"Grand Vizier": "vizier"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Presidnt", r"unknown office 'Presidnt'\. Did you mean 'President'"),
        ("Minister of Foregin Affairs", r"Did you mean 'Minister of Foreign Affairs'"),
        ("Head of Presidential Office", "unknown office 'Head of Presidential Office'"),
        ("Chief of National Police", "unknown office 'Chief of National Police'"),
        ("Minister of Foreign Affairs, Presidnt", "unknown office 'Minister of Foreign Affairs, "),
        ("", "an office is a text, got ''"),
        (None, "an office is a text, got None"),
    ],
)
def test_an_office_that_cannot_be_read_is_refused(text, message):
    """No office is guessed."""
    with pytest.raises(UnknownTermError, match=message):
        parse_office(text)


def test_misprints_are_read_and_told():
    """A known misprint is read as what was meant, in its own case, and named."""
    assert parse_office("Minster of Defense").typos == (("Minster", "Minister"),)
    assert parse_office("State Counciller").office == "State Councillor"
    assert parse_topics("Reginal security, anti-seperatist") == ("regional security", "separatism")
    assert parse_printed_date("Janurary 2014") == "2014-01"
    assert find_typos("FEBURARY, minster") == (("FEBURARY", "FEBRUARY"), ("minster", "minister"))
    assert find_typos("February") == ()


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("Three evils", ("three evils",)),
        (
            "Combating three evils, drug trafficking, transnational crime",
            ("three evils", "drug trafficking", "transnational crime"),
        ),
        (
            "Anti-seperatist, anti-extremism, anti-Terrorism",
            ("separatism", "extremism", "terrorism"),
        ),
        ("Anti-terrorism intelligence sharing", ("terrorism", "intelligence sharing")),
        ("Against East Turkestan", ("east turkestan movement",)),
        ("Drug and weapon trafficking", ("drug trafficking", "weapons trafficking")),
        ("Military education and exchange", ("military education", "military exchange")),
        ("Military training and exchanges", ("military training", "military exchange")),
        ("Training and exchanges", ("training", "exchange")),
        (
            "Defense and law enforcement cooperation",
            ("defense cooperation", "law enforcement cooperation"),
        ),
        ("Three evils and transnational crime", ("three evils", "transnational crime")),
        ("Internal conflict in Kyrgyzstan", ("internal stability",)),
        ("Situation in Afghanistan", ("afghanistan",)),
        ("Three evils; THREE-EVILS", ("three evils",)),
    ],
)
def test_topics_become_terms(text, terms):
    """Printed words become terms in their order, each once."""
    assert parse_topics(text) == terms


def test_every_term_of_the_library_reads_as_itself():
    """A term is a phrase of its own, and what it implies are terms that the library defines."""
    for topic in TOPICS.values():
        assert parse_topics(topic.term) == (topic.term,)
        assert topic.definition.endswith(".")
        assert all(fold_term(implied) in TOPICS for implied in topic.implies)


def test_the_movement_implies_separatism_and_nothing_implies_the_movement():
    """What is implied is added on request only, and in one direction."""
    read = parse_topics("East Turkestan")

    assert "separatism" not in read
    assert with_implied(read, TOPICS) == ("east turkestan movement", "separatism")
    assert "east turkestan movement" not in with_implied(["three evils", "separatism"], TOPICS)


def test_a_users_own_phrases_go_before_the_librarys():
    """A phrase given stands for the term or terms given, also inside a joined item."""
    more = {"sea lanes": "maritime security", "three evils": ["terrorism"]}

    assert parse_topics("Anti-piracy", more={"piracy": "piracy"}) == ("piracy",)
    assert parse_topics("Three evils, sea lanes", more=more) == ("terrorism", "maritime security")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "Three evils, cyber securty",
            r"unknown topic 'cyber securty' \(item 2 of 2 in .*Did you mean 'cyber security'",
        ),
        ("Three evils,", r"unknown topic '' \(item 2 of 2"),
        ("Against", "unknown topic 'Against'"),
        ("Three evils and so on", "unknown topic 'Three evils and so on'"),
        ("Three evils in Atlantis", "unknown topic 'Three evils in Atlantis'"),
        (None, "topics are a text, got None"),
    ],
)
def test_topics_that_cannot_be_read_are_refused(text, message):
    """An item is read wholly or not at all, and its place is told."""
    with pytest.raises(UnknownTermError, match=message):
        parse_topics(text)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("November 2020", "2020-11"),
        ("Sept. 2014", "2014-09"),
        ("may 2014", "2014-05"),
        ("May 19, 2009", "2009-05-19"),
        ("19th May 2009", "2009-05-19"),
        ("2019", "2019"),
        ("Summer 2019", "2019-22"),
        ("2002 to 2006", "2002/2006"),
        ("2002\u20132006", "2002/2006"),
        ("August-December 2021", "2021-08/2021-12"),
        ("October 2000 to March 2001", "2000-10/2001-03"),
        ("2019-10-16", "2019-10-16"),
    ],
)
def test_printed_dates_keep_their_precision(text, date):
    """A printed date becomes the text of an event date, as imprecise as it was."""
    assert parse_printed_date(text) == date
    assert str(EventDate.parse(date)) == date


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Agust 2019", r"unknown date 'Agust 2019'\. Did you mean 'August'"),
        ("February 30, 2019", "2019-02-30"),
        ("3/4/2019", "unknown date '3/4/2019'"),
        ("November", "unknown date 'November'"),
        ("December to August 2021", "2021-12/2021-08"),
        ("", "unknown date ''"),
        (2019, "a date is a text, got 2019"),
    ],
)
def test_dates_that_cannot_be_read_are_refused(text, message):
    """No date is guessed."""
    with pytest.raises(DateError, match=message):
        parse_printed_date(text)


@pytest.mark.parametrize(
    ("text", "low", "high", "shares"),
    [
        ("32", 32, 32, ()),
        ("1,075", 1075, 1075, ()),
        ("24-40", 24, 40, ()),
        ("24 \u2013 40", 24, 40, ()),
        ("1100 (270 Chinese)", 1100, 1100, (("CHN", 270),)),
        ("(800 Chinese)", 800, None, (("CHN", 800),)),
        ("4000 (1600 Chinese, 2000 Russian)", 4000, 4000, (("CHN", 1600), ("RUS", 2000))),
        ("300 (of which 100 Chinese and 20 Mongolia)", 300, 300, (("CHN", 100), ("MNG", 20))),
    ],
)
def test_numbers_of_people_are_read(text, low, high, shares):
    """Total, range and countries' numbers are kept apart."""
    personnel = parse_personnel(text)

    assert (personnel.low, personnel.high, personnel.by_country) == (low, high, shares)


def test_each_country_needs_the_countries():
    """The same number for each goes to the countries that are named, and needs them."""
    personnel = parse_personnel("3000 (1000 each country)", countries=["China", "KGZ", "TJK"])

    assert personnel.by_country == (("CHN", 1000), ("KGZ", 1000), ("TJK", 1000))
    with pytest.raises(UnknownTermError, match="speaks of each country; say which countries"):
        parse_personnel("3000 (1000 each country)")


@pytest.mark.parametrize("text", ["Unknown", "unknown", "", "  "])
def test_an_unknown_number_of_people_is_none(text):
    """Not known is not zero."""
    assert parse_personnel(text) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("some", "unknown number of people 'some'; read are"),
        ("-40", "unknown number of people '-40'"),
        ("1,07", "unknown number of people '1,07'"),
        ("100 (270 Chinese)", r"'100 \(270 Chinese\)' contradicts itself"),
        ("40-24", "'40-24' contradicts itself"),
        ("100 (20 Chines)", r"unknown people 'Chines' in .*Did you mean 'Chinese'"),
        ("100 (few Chinese)", "unknown share 'few Chinese'"),
        ("100 (20 Chinese, 30 Chinese)", "CHN has two numbers"),
        (5, "a number of people is a text, got 5"),
    ],
)
def test_numbers_of_people_that_cannot_be_read_are_refused(text, message):
    """Neither a word nor a contradiction is guessed away."""
    with pytest.raises(UnknownTermError, match=message):
        parse_personnel(text)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$480,000", 480_000, "USD"),
        ("$30M RMB", 30_000_000, "CNY"),
        ("30M RMB", 30_000_000, "CNY"),
        ("100K RMB", 100_000, "CNY"),
        ("6M USD", 6_000_000, "USD"),
        ("150,000 USD", 150_000, "USD"),
        ("$2.5m", 2_500_000, "USD"),
        ("$10m RMB", 10_000_000, "CNY"),
        ("4.5M RMB Worth", 4_500_000, "CNY"),
        ("worth 6M USD", 6_000_000, "USD"),
        ("EUR 2.5 million", 2_500_000, "EUR"),
        ("RMB26bn", 26_000_000_000, "CNY"),
        ("US$1.5", Decimal("1.5"), "USD"),
    ],
)
def test_amounts_of_money_are_read(text, amount, currency):
    """Amounts are exact, and keep their text."""
    money = parse_amount(text)

    assert (money.amount, money.currency, money.text) == (amount, currency, text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("300K", "the amount '300K' names no currency"),
        ("USD 5 RMB", "the amount 'USD 5 RMB' names two currencies"),
        ("5 XXQ", "unknown currency 'xxq'"),
        ("a lot", "unknown amount 'a lot'; read are"),
        ("$1,5", r"unknown amount '\$1,5'"),
        ("$12345678901234567", r"unknown amount '\$12345678901234567': .* 15 significant digits"),
        (None, "an amount of money is a text, got None"),
    ],
)
def test_amounts_that_cannot_be_read_are_refused(text, message):
    """Neither a number nor a currency is guessed."""
    with pytest.raises(UnknownTermError, match=message):
        parse_amount(text)


@given(
    number=st.decimals(min_value=0, max_value=10**6, places=2),
    scale=st.sampled_from([("", 0), ("K", 3), ("m", 6), (" million", 6), ("bn", 9)]),
    money=st.sampled_from([("$", "", "USD"), ("$", " RMB", "CNY"), ("", " EUR", "EUR")]),
)
def test_amounts_come_back_exactly(number, scale, money):
    """Whatever is printed as digits, scale and currency is read back without rounding."""
    (word, power), (before, after, currency) = scale, money

    read = parse_amount(f"{before}{number}{word}{after}")

    assert read.amount == number * 10**power
    assert read.currency == currency


@given(
    low=st.integers(0, 10**6),
    more=st.none() | st.integers(0, 10**6),
    share=st.none() | st.floats(0, 1),
    comma=st.booleans(),
)
def test_numbers_of_people_come_back(low, more, share, comma):
    """Whatever is printed as a number, a range and a share is read back."""
    style = "," if comma else ""
    high = low if more is None else low + more
    printed = f"{low:{style}}" if more is None else f"{low:{style}}-{high:{style}}"
    chinese = None if share is None else int(share * low)

    read = parse_personnel(printed if chinese is None else f"{printed} ({chinese:{style}} Chinese)")

    assert (read.low, read.high) == (low, high)
    assert read.by_country == (() if chinese is None else (("CHN", chinese),))


WORDS = """
Deputy Minister of the and in to Head Department Chairman Committee President Public Security
Affairs Border Service three evils anti combating China Kyrgyzstan 2019 May 19, 30M $ RMB USD
( ) 1000 - each country Chinese
"""


@given(text=st.text() | st.lists(st.sampled_from(WORDS.split())).map(" ".join))
def test_any_text_is_read_or_refused(text):
    """Each parser answers or raises an error of the library, whatever the text."""
    for parse in (
        parse_office,
        parse_offices,
        parse_topics,
        parse_printed_date,
        parse_personnel,
        parse_amount,
    ):
        try:
            parse(text)
        except EngagementError as error:
            assert str(error)  # noqa: PT017 - the message is what is tested


@pytest.mark.parametrize("word", ["anti ", "and ", "three evils and ", "of the ", " in ", "x, "])
def test_a_long_text_is_refused_soon(word):
    """A text far longer than a cell is refused, and never by exhausting the machine."""
    for parse in (parse_office, parse_offices, parse_topics, parse_printed_date):
        with pytest.raises(EngagementError, match="unknown"):
            parse(word * 2000)
