//! Rows of `geolocation_data`: when and where a pin was posted.

use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use time::macros::datetime;

use super::user::moment_between;
use super::{SeedRow, SeedType, SeedValue};

const COUNTRIES: &[&str] = &[
    "Albania",
    "Algeria",
    "Antarctica",
    "Argentina",
    "Armenia",
    "Australia",
    "Austria",
    "Bangladesh",
    "Belgium",
    "Bhutan",
    "Bolivia",
    "Bosnia and Herzegovina",
    "Brazil",
    "Bulgaria",
    "Cambodia",
    "Canada",
    "Chile",
    "China",
    "Colombia",
    "Cook Islands",
    "Costa Rica",
    "Croatia",
    "Cuba",
    "Curaçao",
    "Czech Republic",
    "Côte d'Ivoire",
    "Denmark",
    "Ecuador",
    "Egypt",
    "Estonia",
    "Ethiopia",
    "Fiji",
    "Finland",
    "France",
    "Georgia",
    "Germany",
    "Ghana",
    "Greece",
    "Guatemala",
    "Hungary",
    "Iceland",
    "India",
    "Indonesia",
    "Iran, Islamic Republic of",
    "Ireland",
    "Israel",
    "Italy",
    "Jamaica",
    "Japan",
    "Jordan",
    "Kazakhstan",
    "Kenya",
    "Korea, Republic of",
    "Latvia",
    "Lebanon",
    "Lithuania",
    "Madagascar",
    "Malaysia",
    "Malta",
    "Mexico",
    "Mongolia",
    "Morocco",
    "Namibia",
    "Nepal",
    "Netherlands",
    "New Zealand",
    "Nigeria",
    "Norway",
    "Oman",
    "Pakistan",
    "Panama",
    "Peru",
    "Philippines",
    "Poland",
    "Portugal",
    "Romania",
    "Rwanda",
    "Réunion",
    "Saint Vincent and the Grenadines",
    "Samoa",
    "Saudi Arabia",
    "Senegal",
    "Serbia",
    "Singapore",
    "Slovenia",
    "South Africa",
    "Spain",
    "Sri Lanka",
    "Sweden",
    "Switzerland",
    "Taiwan",
    "Tanzania",
    "Thailand",
    "Tonga",
    "Tunisia",
    "Turkey",
    "Uganda",
    "Ukraine",
    "United Kingdom",
    "Uruguay",
    "Uzbekistan",
    "Vietnam",
    "Zambia",
    "Åland Islands",
];

/// A row of `geolocation_data`.
pub(super) struct Place {
    ind: u32,
    timestamp: String,
    latitude: f64,
    longitude: f64,
    country: &'static str,
}

impl SeedRow for Place {
    const TABLE: &'static str = "geolocation_data";
    const TABLE_NUMBER: u64 = 2;
    const COLUMNS: &'static [(&'static str, SeedType)] = &[
        ("ind", SeedType::Integer),
        ("timestamp", SeedType::Moment),
        ("latitude", SeedType::Real),
        ("longitude", SeedType::Real),
        ("country", SeedType::Text),
    ];

    fn generate(row_number: u32, rng: &mut ChaCha8Rng) -> Self {
        Self {
            ind: row_number,
            timestamp: moment_between(datetime!(2017-12-01 0:00), datetime!(2022-12-31 23:59:59), rng),
            latitude: degrees(90, rng),
            longitude: degrees(180, rng),
            country: COUNTRIES.choose(rng).copied().expect("there are countries"),
        }
    }

    fn values(self) -> Vec<SeedValue> {
        vec![
            SeedValue::Integer(self.ind.into()),
            SeedValue::Text(self.timestamp),
            SeedValue::Real(self.latitude),
            SeedValue::Real(self.longitude),
            SeedValue::Text(self.country.to_owned()),
        ]
    }
}

/// An angle of -max to max degrees with four decimals.
fn degrees(max: i32, rng: &mut ChaCha8Rng) -> f64 {
    f64::from(rng.random_range(-max * 10_000..=max * 10_000)) / 10_000.0
}
