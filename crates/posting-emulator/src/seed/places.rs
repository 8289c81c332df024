//! Rows of `geolocation_data`: when and where a pin was posted.

use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use sqlx::Sqlite;
use sqlx::query_builder::Separated;
use time::macros::datetime;

use super::SeedRow;
use super::user::moment_between;

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
    const TABLE_NUMBER: u64 = 2;
    const CREATE: &'static str = "CREATE TABLE geolocation_data (ind INTEGER PRIMARY KEY, timestamp DATETIME, \
        latitude REAL, longitude REAL, country TEXT)";
    const INSERT: &'static str =
        "INSERT INTO geolocation_data (ind, timestamp, latitude, longitude, country) ";

    fn generate(row_number: u32, rng: &mut ChaCha8Rng) -> Self {
        Self {
            ind: row_number,
            timestamp: moment_between(datetime!(2017-12-01 0:00), datetime!(2022-12-31 23:59:59), rng),
            latitude: degrees(90, rng),
            longitude: degrees(180, rng),
            country: COUNTRIES.choose(rng).copied().expect("there are countries"),
        }
    }

    fn bind(self, columns: &mut Separated<'_, Sqlite, &'static str>) {
        columns.push_bind(self.ind).push_bind(self.timestamp);
        columns.push_bind(self.latitude).push_bind(self.longitude).push_bind(self.country);
    }
}

/// An angle of -max to max degrees with four decimals.
fn degrees(max: i32, rng: &mut ChaCha8Rng) -> f64 {
    f64::from(rng.random_range(-max * 10_000..=max * 10_000)) / 10_000.0
}
