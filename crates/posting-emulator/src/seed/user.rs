//! Rows of `user_data`: who posted.

use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use time::macros::{datetime, format_description};
use time::{Duration, PrimitiveDateTime};

use super::{SeedRow, SeedType, SeedValue};

const FIRST_NAMES: &[&str] = &[
    "Aaron",
    "Abigail",
    "Aïcha",
    "Alice",
    "Andrei",
    "Anneliese",
    "Ben",
    "Björn",
    "Carlos",
    "Chidi",
    "Chloé",
    "Dana",
    "Đorđe",
    "Elif",
    "Emma",
    "Farid",
    "Freya",
    "Grace",
    "Hiro",
    "Ingrid",
    "Ivan",
    "Jean-Luc",
    "José",
    "Kai",
    "Leila",
    "Łukasz",
    "Mary Ann",
    "Mei",
    "Miguel",
    "Nadia",
    "Noor",
    "Olga",
    "Oscar",
    "Priya",
    "Quentin",
    "Rosa",
    "Siobhán",
    "Søren",
    "Tariq",
    "Uma",
    "Víctor",
    "Wanjiru",
    "Xenia",
    "Yusuf",
    "Zoë",
    "Анна",
    "Дмитрий",
    "Ελένη",
    "سارة",
    "דוד",
    "अनिता",
    "สมชาย",
    "美玲",
    "さくら",
    "지민",
];

const LAST_NAMES: &[&str] = &[
    "Abbott",
    "Adeyemi",
    "Alvarez",
    "Andersen",
    "Baker",
    "Brontë",
    "Castro",
    "Chen",
    "Clarke",
    "D'Angelo",
    "de la Cruz",
    "Dvořák",
    "Evans",
    "Fischer",
    "García",
    "Haddad",
    "Ivanov",
    "Jansen",
    "Kaya",
    "Kowalczyk",
    "Lefèvre",
    "MacLeod",
    "Meyer",
    "Müller",
    "Nakamura",
    "Ng",
    "Nguyen",
    "Novák",
    "O'Brien",
    "Okafor",
    "Ortiz",
    "Patel",
    "Quinn",
    "Rossi",
    "Saarinen",
    "Schmidt-Weber",
    "Silva",
    "Singh",
    "Smith",
    "Suzuki",
    "Tanaka",
    "Thompson",
    "Usman",
    "van den Berg",
    "Wang",
    "Yılmaz",
    "Young",
    "Zhang",
    "Żak",
    "Сидорова",
    "Παππάς",
    "الشامي",
    "לוי",
    "शर्मा",
    "ใจงาม",
    "陳",
    "高橋",
    "박",
];

/// A row of `user_data`.
pub(super) struct User {
    ind: u32,
    first_name: &'static str,
    last_name: &'static str,
    age: u8,
    date_joined: String,
}

impl SeedRow for User {
    const TABLE: &'static str = "user_data";
    const TABLE_NUMBER: u64 = 3;
    const COLUMNS: &'static [(&'static str, SeedType)] = &[
        ("ind", SeedType::Integer),
        ("first_name", SeedType::Text),
        ("last_name", SeedType::Text),
        ("age", SeedType::Integer),
        ("date_joined", SeedType::Moment),
    ];

    fn generate(row_number: u32, rng: &mut ChaCha8Rng) -> Self {
        Self {
            ind: row_number,
            first_name: FIRST_NAMES.choose(rng).copied().expect("there are first names"),
            last_name: LAST_NAMES.choose(rng).copied().expect("there are last names"),
            // The younger of two throws: most users are young, some are not.
            age: rng.random_range(18..=80).min(rng.random_range(18..=80)),
            date_joined: moment_between(datetime!(2015-10-01 0:00), datetime!(2017-11-30 23:59:59), rng),
        }
    }

    fn values(self) -> Vec<SeedValue> {
        vec![
            SeedValue::Integer(self.ind.into()),
            SeedValue::Text(self.first_name.to_owned()),
            SeedValue::Text(self.last_name.to_owned()),
            SeedValue::Integer(self.age.into()),
            SeedValue::Text(self.date_joined),
        ]
    }
}

/// A moment from `first` to `last`, both included, as `YYYY-MM-DD HH:MM:SS`.
pub(super) fn moment_between(
    first: PrimitiveDateTime,
    last: PrimitiveDateTime,
    rng: &mut ChaCha8Rng,
) -> String {
    let moment = first + Duration::seconds(rng.random_range(0..=(last - first).whole_seconds()));
    moment
        .format(format_description!("[year]-[month]-[day] [hour]:[minute]:[second]"))
        .expect("a date of our own years has that form")
}
