"""One synthetic population that all departments share without talking to each other.

Everything is drawn from one seed, so that each department derives its own slice alone and the slices agree.
Nobody here exists: names are a common surname and generated given names, and every record says
``synthetic``. Numbers are valid by their standards (GB 11643, GB 32100) and kept apart from real ones where
the standard leaves room: sequence codes of resident numbers lie in 900 to 995, organisation codes start with
``MATB``.

People, couples and numbers depend on the seed alone; only the births move with the reference date, so that
there is always a baby of the last weeks.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from departments._records import Birth, Company, Home, Person, Vehicle, World

__all__ = [
    "PERSONAS",
    "Birth",
    "Company",
    "Home",
    "Person",
    "Vehicle",
    "World",
    "credit_code",
    "people",
    "personas",
    "resident_id",
    "world",
]

BASE_YEAR = 2026
"""Ages are counted to this year."""
BIRTHS = 72
"""Births within the last 60 days before the reference date."""

SURNAMES = (
    "李王张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜"
    "范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚"
)
GIVEN = {
    "1": "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢阳建志文博思远子轩嘉铭泽",
    "2": "芳娜敏静丽艳娟霞秀燕玲桂英丹萍红玉兰洁梅琳雪慧莹婷倩颖佳欣怡悦雅诗涵梓萱若彤语晴晓月",
}
MINORITIES = ("15", "06", "12", "11", "03")
"""Codes of GB/T 3304 that live in Hunan in some number: Tujia, Miao, Dong, Manchu, Hui."""
DISTRICTS = {
    "430102": ("芙蓉区", ("五一大道", "韶山北路", "人民东路", "远大一路", "嘉雨路")),
    "430103": ("天心区", ("湘江中路", "芙蓉南路", "书院路", "劳动西路", "新姚路")),
    "430104": ("岳麓区", ("麓山南路", "枫林一路", "金星大道", "潇湘中路", "桐梓坡路")),
    "430105": ("开福区", ("芙蓉北路", "营盘路", "湘雅路", "福元西路", "三一大道")),
    "430111": ("雨花区", ("韶山南路", "劳动东路", "万家丽路", "香樟路", "木莲东路")),
    "430121": ("长沙县", ("开元路", "星沙大道", "板仓路", "望仙路", "东六路")),
}
HOSPITALS = (
    ("长沙市示范妇幼保健院", "12430100MB1SYNTH01", "430104"),
    ("长沙市示范第一医院", "12430100MB1SYNTH02", "430105"),
    ("芙蓉区示范人民医院", "12430102MB1SYNTH03", "430102"),
    ("雨花区示范妇产医院", "12430111MB1SYNTH04", "430111"),
)
BANKS = ("102", "103", "104", "105", "301", "308")
PERSONAS = {
    "mother": 0,
    "father": 1,
    "mother_home_birth": 2,
    "father_home_birth": 3,
    "mother_mixed": 4,
    "father_mixed": 5,
    "mother_father_abroad": 6,
    "mother_unmarried": 7,
    "buyer": 8,
    "buyer_spouse": 9,
    "seller": 10,
    "founder": 11,
    "cofounder": 12,
}
"""Who plays which part in a demo: name → position in `people`."""


@lru_cache(maxsize=4)
def world(seed: int, reference_date: date, residents: int = 2000, companies: int = 200) -> World:
    """The population of a seed; the same arguments give the same people for ever."""
    draw = random.Random(seed)
    maker = _Maker(draw, residents)
    maker.build()
    firms = _companies(draw, companies, residents)
    folk = tuple(_employed(draw, person, at, len(firms)) for at, person in enumerate(maker.people))
    return World(
        people=folk,
        companies=firms,
        births=tuple(_births(random.Random(f"births:{seed}"), folk, maker.mothers, reference_date)),
        homes=tuple(_homes(random.Random(f"homes:{seed}"), folk)),
        vehicles=tuple(_vehicles(random.Random(f"vehicles:{seed}"), firms, reference_date)),
        drivers=tuple(range(20, min(len(folk), 1000), 9)),
    )


def people(seed: int = 20261123, reference_date: date | None = None) -> tuple[Person, ...]:
    """The 2,000 residents; `PERSONAS` says who is where. They do not depend on the reference date."""
    return world(seed, reference_date or date(BASE_YEAR, 11, 23)).people


def personas(seed: int = 20261123, reference_date: date | None = None) -> dict[str, Person]:
    """The people of `PERSONAS` by the name of their part."""
    everyone = people(seed, reference_date)
    return {name: everyone[at] for name, at in PERSONAS.items()}


def resident_id(region: str, born: date, sequence: int) -> str:
    """A resident identity number (GB 11643) for synthetic people; odd sequences are men's."""
    head = f"{region}{born:%Y%m%d}{sequence:03d}"
    total = sum(int(digit) * (2 ** (17 - at) % 11) for at, digit in enumerate(head))
    return head + "10X98765432"[total % 11]


def credit_code(region: str, serial: int) -> str:
    """A unified social credit code (GB 32100) of a synthetic company; organisation codes ``MATBxxxx``."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"MATB{serial:04d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    values = [int(one) if one.isdigit() else ord(one) - 55 for one in body]
    rest = (11 - sum(value * weight for value, weight in zip(values, weights, strict=True)) % 11) % 11
    head = f"91{region}{body}{'X' if rest == 10 else rest}"  # noqa: PLR2004, GB 11714 writes ten as X
    total = sum(letters.index(one) * pow(3, at, 31) for at, one in enumerate(head))
    return head + letters[(31 - total % 31) % 31]


class _Maker:
    """Builds households until there are enough people."""

    def __init__(self, draw: random.Random, residents: int) -> None:
        self.draw, self.residents = draw, residents
        self.people: list[Person] = []
        self.mothers: list[int] = []
        self.taken: set[str] = set()
        self.households = 0

    def build(self) -> None:
        self._personas()
        while len(self.mothers) < BIRTHS and len(self.people) < self.residents - 2:
            mixed = len(self.mothers) % 9 == 0
            self.mothers.append(self._couple(self.draw.randint(1990, 2002), mixed=mixed))
        while len(self.people) < self.residents:
            left = self.residents - len(self.people)
            if left >= 2 and self.draw.random() < 0.6:  # noqa: PLR2004
                self._family(left)
            else:
                self._single(self.draw.randint(1940, 2006))

    def _personas(self) -> None:
        self.mothers += [
            self._couple(1996, region="430102", employee=True),
            self._couple(1994, region="430104"),
            self._couple(1995, region="430111", mixed=True),
        ]
        self.mothers += [self._single(1993, "2", region="430105"), self._single(1999, "2", region="430103")]
        self.people[6] = replace(
            self.people[6],
            marital_status="20",
            foreign_spouse=("JAMES MILLER", "GBR", "E12345678", date(1990, 5, 4)),
            marriage_number="J430105-2022-000901",
            married_on=date(2022, 5, 20),
        )
        self._couple(1990, region="430102")  # buyer and spouse
        for year, sex in ((1970, "1"), (1992, "1"), (1991, "2")):  # seller, founder, cofounder
            self._single(year, sex, region="430104")

    def _couple(self, year: int, *, region: str = "", mixed: bool = False, employee: bool = False) -> int:
        """A married couple, wife first; gives her position."""
        draw = self.draw
        place = region or draw.choice(list(DISTRICTS))
        at = len(self.people)
        home = self._household(place)
        group = "01" if mixed or draw.random() < 0.93 else draw.choice(MINORITIES)  # noqa: PLR2004
        married = date(year + draw.randint(23, 27), draw.randint(1, 12), draw.randint(1, 28))
        married = min(married, date(2025, 10, 1))
        shared = {
            "marital_status": "20",
            "married_on": married,
            "marriage_number": f"J{place}-{married.year}-{900000 + at}",
        }
        husband_born = self._born(year - draw.randint(0, 4))
        husband = self._person("1", husband_born, place, home, group, "02", "")
        wife = self._person(
            *("2", self._born(year), place, home),
            *(draw.choice(MINORITIES) if mixed else group, "10", husband.name),
        )
        kind = "employee" if employee or draw.random() < 0.6 else "resident"  # noqa: PLR2004
        self.people.append(replace(wife, spouse=at + 1, insurance_kind=kind, **shared))  # type: ignore[arg-type]
        self.people.append(replace(husband, spouse=at, insurance_kind="employee", **shared))  # type: ignore[arg-type]
        return at

    def _family(self, left: int) -> None:
        year = self.draw.randint(1955, 1995)
        at = self._couple(year)
        wife, husband = self.people[at], self.people[at + 1]
        for number in range(self.draw.choice((0, 1, 1, 2, 2, 3))):
            born = year + 24 + 3 * number
            if born > BASE_YEAR - 2 or left <= 2 + number:
                return
            sex = self.draw.choice("12")
            home = (wife.household_number, wife.address)
            child = self._person(
                *(sex, self._born(born), wife.region, home),
                *(husband.ethnic_group, "20" if sex == "1" else "30", husband.name),
                surname=husband.name[0],
            )
            self.people.append(child)

    def _single(self, year: int, sex: str = "", *, region: str = "") -> int:
        place = region or self.draw.choice(list(DISTRICTS))
        group = "01" if self.draw.random() < 0.94 else self.draw.choice(MINORITIES)  # noqa: PLR2004
        sex = sex or self.draw.choice("12")
        person = self._person(sex, self._born(year), place, self._household(place), group, "02", "")
        if not region and self.draw.random() < 0.05:  # noqa: PLR2004
            person = replace(person, household_kind="collective")
        self.people.append(person)
        return len(self.people) - 1

    def _household(self, region: str) -> tuple[str, str]:
        self.households += 1
        name, roads = DISTRICTS[region]
        road, draw = self.draw.choice(roads), self.draw
        number = (
            f"{draw.randint(1, 480)}号{draw.randint(1, 18)}栋{draw.randint(1, 28)}{draw.randint(1, 4):02d}室"
        )
        return f"{region}{self.households:06d}", f"湖南省长沙市{name}{road}{number}"

    def _born(self, year: int) -> date:
        return date(year, 1, 1) + timedelta(days=self.draw.randint(0, 364))

    def _person(  # noqa: PLR0917, the order of a register's line
        self,
        sex: str,
        born: date,
        region: str,
        home: tuple[str, str],
        group: str,
        relation: str,
        head: str,
        *,
        surname: str = "",
    ) -> Person:
        draw, at = self.draw, len(self.people) + len(self.taken)
        given = "".join(draw.sample(GIVEN[sex], draw.choice((1, 2, 2))))
        name = (surname or draw.choice(SURNAMES)) + given
        # The districts' codes of today exist since the 1980s; who was born before has the county's code.
        code = region if born.year >= 1985 else "430121"  # noqa: PLR2004
        while (number := resident_id(code, born, draw.randrange(900 + int(sex) % 2, 996, 2))) in self.taken:
            born += timedelta(days=1)
        self.taken.add(number)
        school = draw.choice(("20", "30", "60", "10", "40", "70"))
        age = {"10": 25, "20": 22, "30": 21, "40": 18, "60": 18, "70": 15}[school]
        graduated = date(born.year + age, 6, 30)
        return Person(
            id_number=number,
            name=name,
            sex=sex,
            birth_date=born,
            ethnic_group=group,
            region=region,
            address=home[1],
            household_number=home[0],
            household_kind="family",
            household_head=head or name,
            relation_to_head=relation,
            mobile=f"13900{at:06d}",
            insurance_number=f"4301{at:010d}",
            insured_since=date(max(born.year + 18, 2004), draw.randint(1, 12), 1),
            bank=draw.choice(BANKS),
            bank_account=f"62{draw.randint(10**16, 10**17 - 1)}",
            card_number=f"A9{at:07d}",
            education=school,
            graduated_on=graduated if graduated.year < BASE_YEAR else None,
        )


def _employed(draw: random.Random, person: Person, at: int, firms: int) -> Person:
    working = 22 <= BASE_YEAR - person.birth_date.year <= 60  # noqa: PLR2004
    if person.insurance_kind == "employee" and firms:
        return replace(person, employer=draw.randrange(firms))
    if at > len(PERSONAS) and working and person.spouse is None and firms and draw.random() < 0.6:  # noqa: PLR2004
        return replace(person, employer=draw.randrange(firms), insurance_kind="employee")
    uninsured = at > len(PERSONAS) and draw.random() < 0.03  # noqa: PLR2004
    return replace(person, insurance_kind="none") if uninsured else person


def _companies(draw: random.Random, count: int, residents: int) -> tuple[Company, ...]:
    words, trades = (
        "同晨远湘岳麓星朗衡泰启润合云和卓",
        ("科技", "商贸", "餐饮管理", "物流", "建材", "文化传媒"),
    )
    firms = []
    for at in range(count):
        region = draw.choice(list(DISTRICTS))
        name, roads = DISTRICTS[region]
        word = words[at % 16] + words[(at // 16 + at * 7 + 3) % 16]
        founded = date(draw.randint(2005, 2025), draw.randint(1, 12), draw.randint(1, 28))
        firms.append(
            Company(
                credit_code=credit_code(region, at + 1),
                name=f"长沙示范{word}{at:03d}{draw.choice(trades)}有限公司",
                kind=draw.choice(("1130", "1140", "1150", "1190")),
                region=region,
                address=f"湖南省长沙市{name}{draw.choice(roads)}{draw.randint(1, 400)}号",
                capital=draw.choice((100_000, 500_000, 1_000_000, 5_000_000, 10_000_000)),
                registered_on=founded,
                representative=draw.randrange(13, residents) if residents > 13 else 0,  # noqa: PLR2004
                status="active" if draw.random() < 0.94 else "suspended",  # noqa: PLR2004
            )
        )
    return tuple(firms)


def _births(
    draw: random.Random, folk: tuple[Person, ...], mothers: list[int], reference: date
) -> Iterator[Birth]:
    for serial, at in enumerate(mothers):
        mother = folk[at]
        home = at == PERSONAS["mother_home_birth"]
        days = 9 if at in PERSONAS.values() else draw.randint(2, 58)
        born = reference - timedelta(days=days)
        hospital = None if home else HOSPITALS[serial % len(HOSPITALS)]
        total = draw.randint(600_000, 1_800_000)
        twins = serial == 11  # noqa: PLR2004, one pair of twins: the record of the first of them
        yield Birth(
            mother=at,
            sex="2" if at == PERSONAS["mother"] else draw.choice("12"),
            born_on=born,
            born_at=f"{draw.randint(0, 23):02d}:{draw.randint(0, 59):02d}",
            grams=draw.randint(52, 82) * 50,
            centimetres=draw.randint(47, 53),
            weeks=draw.randint(37, 41),
            place="home" if home else "hospital",
            mode=draw.choice(("vaginal", "vaginal", "caesarean", "assisted")),
            plurality=2 if twins else 1,
            order=1,
            hospital=hospital,
            attendant="" if home else draw.choice(SURNAMES) + "助产士",
            condition="good",
            record_number="" if home else f"CS{BASE_YEAR}{serial + 1:06d}",
            settlement_number="" if home or mother.insurance_kind == "none" else f"SY{serial + 1:08d}",
            total_cents=total,
            fund_cents=total * draw.randint(40, 70) // 100,
        )


def _homes(draw: random.Random, folk: tuple[Person, ...]) -> Iterator[Home]:
    owners = [PERSONAS["seller"], *range(20, len(folk), 4)]
    for serial, at in enumerate(owners):
        person, plain = folk[at], at == PERSONAS["seller"]
        if BASE_YEAR - person.birth_date.year < 25:  # noqa: PLR2004
            continue
        built = 2008 if plain else draw.randint(1995, 2020)
        floors = draw.choice((6, 11, 18, 33))
        held = date(
            2012 if plain else draw.randint(built + 1, 2024), draw.randint(1, 12), draw.randint(1, 28)
        )
        yield Home(
            certificate_number=f"湘（{held.year}）长沙市不动产权第{serial + 1:07d}号",
            unit_number=f"{person.region}001001GB{serial + 1:05d}F00010001",
            owner=at,
            address=person.address,
            region=person.region,
            square_metres=Decimal("98.5") if plain else Decimal(draw.randint(4500, 18000)) / 100,
            use="10",
            ownership="sole" if person.spouse is None else draw.choice(("sole", "joint")),
            registered_on=held,
            mortgaged=not plain and draw.random() < 0.25,  # noqa: PLR2004
            sealed=not plain and draw.random() < 0.02,  # noqa: PLR2004
            land_until=date(built + 68, 6, 30),
            floor=draw.randint(1, floors),
            floors=floors,
            built_year=built,
        )


def _vehicles(draw: random.Random, firms: tuple[Company, ...], reference: date) -> Iterator[Vehicle]:
    letters = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
    for at in range(min(80, len(firms))):
        kind, tonnes = draw.choice(
            (("light_truck", "1.75"), ("medium_truck", "5.5"), ("heavy_truck", "18"), ("van", "1.2"))
        )
        yield Vehicle(
            plate=f"湘A9{at:04d}",
            vin="LSYN" + "".join(draw.choice(letters) for _ in range(13)),
            kind=kind,
            tonnes=Decimal(tonnes),
            inspected_until=reference + timedelta(days=draw.randint(30, 360)),
            owner=at,
        )
