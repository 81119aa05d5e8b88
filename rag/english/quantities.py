"""The grammar of dates and of numbers with qualifier, currency, scale and unit; one for all that reads values.

A unit is a measure, a scale or a currency. What is counted is not: "40 km" is one value, of "40 ships" only "40".
"""

import re

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_YEAR = r"(?:1[0-9]\d\d|20\d\d)"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d|[.,]\d)"
_DAYS = rf"{_DAY}(?:\s?[-–]\s?{_DAY})?"
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?"
_ERA = r"(?: (?:AD|BC|CE|BCE)\b)"
_CLOCK = r"(?:[ap]\.m\.|[ap]m\b)"

DATE = re.compile(
    rf"(?<![\w.,])(?<!\d[-–/])(?:{_WEEKDAY}{_DAYS} (?:of )?{_MONTH}(?:,? {_YEAR}\b)?"
    rf"|{_WEEKDAY}{_MONTH} {_DAYS}(?:,? {_YEAR}\b)?|{_MONTH},? (?:of )?{_YEAR}\b"
    rf"|{_YEAR}-\d\d-\d\d\b|\d{{1,2}}/\d{{1,2}}/{_YEAR}\b"
    rf"|(?:(?:early|mid|late)[- ](?:the )?)?(?:{_YEAR}s|\d{{1,2}}(?:st|nd|rd|th) (?:century|centuries)(?:{_ERA})?)\b"
    rf"|(?:Q[1-4]|spring|summer|autumn|fall|winter|(?:first|second|third|fourth) quarter(?: of)?),? {_YEAR}\b"
    rf"|{_YEAR}\s?[-–/]\s?(?:{_YEAR}|\d\d)\b(?!-)|{_YEAR}\b{_ERA}?(?![.,]\d)(?!-[a-z])|\d{{1,4}}{_ERA}|AD \d{{1,4}}\b"
    rf"|\d{{1,2}}:\d\d(?: ?{_CLOCK})?(?!:?\d)|\d{{1,2}} ?{_CLOCK})"
)
"""A day, month, year, span of days or years, decade, century, quarter or time of day."""

_QUALIFIER = (
    r"(?:(?:no |not )?(?:more|less|fewer|greater|higher|lower) than|up to|at (?:least|most)"
    r"|as (?:many|much|few|high|low) as|nearly|almost|approximately|approx\.|about|around|roughly|circa|ca\.|close to"
    r"|in excess of|upwards of|an estimated|exceed(?:ed|ing)|(?:just |well )?(?:over|under|above|below)|some|only"
    r"|exactly)"
)
_CURRENCY = (
    r"(?:RMB|CNY|USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|HKD|SGD|INR|KRW|SEK|NOK|DKK|PLN|CZK|HUF|RUB|BRL|ZAR|MXN|TRY"
    r"|(?:US|HK|NZ|[ACS])\$|Rs\.?|[$€£¥￥₹₩₽])"
)
_CURRENCY_WORD = (
    r"(?i:(?:US |U\.S\. |Canadian |Australian |Hong Kong |Swiss |Indian )?(?:dollars?|francs?|rupees?)|yuan|renminbi"
    r"|euros?|pounds?(?: sterling)?|yen|rou?bles?|pesos?|kron(?:or|er|a|e)|cents?|pence)"
)
_SCALE = r"(?i:hundred thousand|hundred|thousand|million|billion|trillion|dozen|lakh|crore|[mbt]n)"
_DIGITS = r"(?:\d{1,3}(?:,\d{2})*(?:,\d{3})+|\d+)(?:\.\d+)?(?: \d/\d|[½¼¾⅓⅔]|/\d+)?"
_ONES = r"two|three|four|five|six|seven|eight|nine"
_TENS = r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_TEENS = r"ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_BELOW_HUNDRED = rf"(?:(?:{_TENS})(?:[- ](?:one|{_ONES}))?|{_TEENS}|{_ONES})"
_WORDS = (
    rf"(?i:(?:one|two|three)[- ](?:thirds?|quarters?|fifths?)|half (?:a |an )?{_SCALE}"
    rf"|(?:a|one|several|{_ONES}) hundred(?: and (?:one|{_BELOW_HUNDRED})| {_SCALE})?\b|(?:a|one|several) {_SCALE}"
    rf"|{_BELOW_HUNDRED}(?: and a half)?)"
)
_PREFIXED = r"(?:[kKMGTµmcdh])?"
_SYMBOL = (
    rf"(?:(?:{_PREFIXED}(?:Hz|Pa|Wh|W|V|J|B|bit|g|l|L|m)|kt|Mt|Gt|bbl|ha|hp|lbs?|oz|ft|mi|nm|nmi|mph|kph|rpm|bps|ppm"
    r"|ppb|dB|bar|sq\.? ?(?:km|mi|ft|m)|[kKMGT]bps|[CFK]|t|h|min|ms)(?:[²³]|[23](?!\d))?"
    r"(?:/(?:h|s|d|year|day|km|kg|m|l)[²³]?)?)"
)
_LENGTH = r"(?:kilo|centi|milli|micro|nano)?met(?:er|re)s?|miles?|feet|foot|inch(?:es)?|yards?"
_TIME = (
    r"(?:milli|nano)?seconds?|minutes?|hours?|days?|weeks?|fortnights?|months?|(?:light[- ])?years?|decades?|centuries"
)
_MASS = r"(?:metric |long |short )?ton(?:ne)?s?|(?:kilo|milli|micro)?grams?|kilos?|pounds?|ounces?"
_VOLUME = r"(?:milli|hecto)?lit(?:er|re)s?|(?:US )?gallons?|barrels?|pints?"
_POWER = r"(?:kilo|mega|giga|tera)?(?:watts?|bytes?|bits?|hertz|joules?|pascals?|volts?)(?:[- ]hours?)?|horsepower"
# Without a scale, "300 degrees" may be what a university awards.
_DEGREES = r"degrees? (?:Celsius|Fahrenheit|[CF]\b|north|south|east|west)"
_UNIT_WORD = (
    rf"(?i:(?:(?:square|cubic|nautical) )?(?:{_LENGTH})|{_TIME}|{_MASS}|{_VOLUME}|{_POWER}|{_DEGREES}|hectares?|acres?"
    r"|kelvins?|(?:kilo)?calories|decibels?|knots?)"
)
_RATE = r"(?:(?: per | an? (?=hour|day|week|month|year|minute|second)|/)(?!cent\b|mille\b)[A-Za-z]+[²³]?)"
_SHARE = r"(?:\s?[%‰]|[ -](?i:per ?cent|pct|percentage points?|basis points?|per mille)\b)"

NUMBER = re.compile(
    rf"(?:(?<![\w-])(?i:{_QUALIFIER}) (?:a |the )?(?=[\d$€£¥A-Za-z+−-])|[~≈<>≤≥]\s?)?"
    rf"(?P<digits>(?:(?P<money>(?<!\w){_CURRENCY}\s?)|(?<![\w.,:])(?<!\w[-–/]))[-−+±]?{_DIGITS}(?:\s?[-–]\s?{_DIGITS})?"
    rf"|(?<![\w-]){_WORDS}(?!\w))(?!\d)(?![.,:/]\d)"
    rf"(?P<scale>[ -]?{_SCALE}\b|(?<=\d)[kmM]\b)?"
    rf"(?P<share>{_SHARE})?(?P<word> (?:{_CURRENCY_WORD}|{_CURRENCY})(?!\w))?"
    rf"(?P<unit>(?:[ -]?(?:°\s?[CFNSEW]?|{_SYMBOL}(?![\w²³-]))|[ -]{_UNIT_WORD}\b)(?P<rate>{_RATE}\b)?)?"
    r"(?P<open> or (?:more|less|fewer|so)\b|\+(?!\w))?"
    r"(?![\w²³])(?!-[A-Za-z])"
)
"""A number with all that belongs to it; groups `money`, `word` (a currency), `share`, `scale` and `unit` tell which."""
