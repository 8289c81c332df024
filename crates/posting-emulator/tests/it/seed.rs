//! The synthetic source database: the same for the same seed, and shaped like the real one.

use std::collections::BTreeMap;
use std::path::Path;

use alluvium_posting_emulator::seed::{
    IMAGE_SRC_MISSING, POSTER_NAME_MISSING, SeedError, TAG_LIST_MISSING, TITLE_MISSING, write_database,
};
use alluvium_posting_emulator::{DatabaseCredentials, Feed, Source};
use serde_json::{Map, Value};

type Rows = Vec<Map<String, Value>>;

/// All rows of the three tables of a database made with `rows` and `seed`.
async fn seeded(rows: u32, seed: u64) -> Vec<Rows> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("source.db");
    write_database(&path, rows, seed).await.unwrap();
    all_rows(&path).await
}

async fn all_rows(path: &Path) -> Vec<Rows> {
    let source = Source::open(&DatabaseCredentials::sqlite(path), Feed::pinterest("u")).await.unwrap();
    let mut tables = Vec::new();
    for feed in 0..source.feeds().len() {
        let mut rows = Vec::new();
        for row_number in 0..source.rows() {
            rows.push(source.row(feed, row_number).await.unwrap().data);
        }
        tables.push(rows);
    }
    tables
}

fn text<'a>(row: &'a Map<String, Value>, column: &str) -> &'a str {
    row[column].as_str().unwrap()
}

/// Of each thousand rows, how many `is`.
fn per_thousand(rows: &Rows, is: impl Fn(&Map<String, Value>) -> bool) -> usize {
    rows.iter().filter(|row| is(row)).count() * 1_000 / rows.len()
}

#[tokio::test]
async fn the_same_seed_gives_the_same_rows_and_another_seed_others() {
    let first = seeded(450, 7).await;
    assert_eq!(first, seeded(450, 7).await);
    let other = seeded(450, 8).await;
    for (table, other) in first.iter().zip(&other) {
        assert_ne!(table, other);
    }
    let beginning: Vec<Rows> = seeded(20, 7).await;
    for (table, beginning) in first.iter().zip(&beginning) {
        assert_eq!(&table[..20], beginning.as_slice(), "a smaller database is the beginning of a larger one");
    }
}

#[tokio::test]
async fn columns_are_the_real_ones_in_their_order() {
    let tables = seeded(1, 1).await;
    let columns = |table: usize| tables[table][0].keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(
        columns(0),
        "index unique_id title description poster_name follower_count tag_list is_image_or_video image_src downloaded \
         save_location category"
    );
    assert_eq!(columns(1), "ind timestamp latitude longitude country");
    assert_eq!(columns(2), "ind first_name last_name age date_joined");
}

#[tokio::test]
async fn pins_have_the_shares_and_forms_of_the_real_ones() {
    let pins = seeded(3_000, 1).await.swap_remove(0);
    let mut media: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, pin) in pins.iter().enumerate() {
        assert_eq!(pin["index"], number as u64);
        assert_eq!(text(pin, "unique_id").len(), 36);
        assert!(!text(pin, "title").is_empty() && !text(pin, "description").is_empty());
        assert_eq!(text(pin, "save_location"), format!("Local save in /data/{}", text(pin, "category")));
        let followers = text(pin, "follower_count");
        let digits = followers.strip_suffix(['k', 'M']).unwrap_or(followers);
        assert!(followers == "User Info Error" || digits.parse::<u32>().is_ok(), "{followers}");
        *media.entry(text(pin, "is_image_or_video")).or_default() += 1;
    }
    assert_eq!(
        media.keys().copied().collect::<Vec<_>>(),
        ["image", "multi-video(story page format)", "video"]
    );
    let share = |column: &str, value: &str| per_thousand(&pins, |pin| text(pin, column) == value);
    assert!((80..=120).contains(&share("is_image_or_video", "multi-video(story page format)")));
    assert!((80..=120).contains(&share("description", "No description available Story format")));
    for (column, value) in [
        ("tag_list", TAG_LIST_MISSING),
        ("image_src", IMAGE_SRC_MISSING),
        ("title", TITLE_MISSING),
        ("poster_name", POSTER_NAME_MISSING),
    ] {
        assert!((80..=140).contains(&share(column, value)), "{column} {}", share(column, value));
    }
    assert!((5..=60).contains(&per_thousand(&pins, |pin| {
        ["Untitled", "No description available"].contains(&text(pin, "description"))
    })));
    let ends = |end: char| per_thousand(&pins, |pin| text(pin, "follower_count").ends_with(end));
    assert!(ends('k') > 300 && ends('M') > 40);
}

#[tokio::test]
async fn texts_carry_many_scripts_emoji_quotes_commas_and_newlines() {
    let pins = seeded(3_000, 1).await.swap_remove(0);
    let texts: Vec<&str> =
        pins.iter().flat_map(|pin| [text(pin, "title"), text(pin, "description")]).collect();
    let texts = texts.join("\t");
    let scripts = [
        ('À', 'ÿ'),
        ('Α', 'ω'),
        ('А', 'я'),
        ('א', 'ת'),
        ('ا', 'ي'),
        ('अ', 'ह'),
        ('அ', 'ஹ'),
        ('ก', 'ฮ'),
        ('ぁ', 'ん'),
        ('一', '龥'),
        ('가', '힣'),
        ('🌀', '🫶'),
    ];
    for (first, last) in scripts {
        assert!(texts.chars().any(|found| (first..=last).contains(&found)), "nothing from {first} to {last}");
    }
    for special in ["\"", "'", ",", "\n", "\\", "\u{200d}", "\u{a0}", "«"] {
        assert!(texts.contains(special), "no {special:?}");
    }
}

#[tokio::test]
async fn places_and_users_stay_in_their_ranges() {
    let tables = seeded(1_000, 3).await;
    for place in &tables[1] {
        assert!((-90.0..=90.0).contains(&place["latitude"].as_f64().unwrap()));
        assert!((-180.0..=180.0).contains(&place["longitude"].as_f64().unwrap()));
        assert!(("2017-12-01 00:00:00".."2023").contains(&text(place, "timestamp")));
    }
    for user in &tables[2] {
        assert!((18..=80).contains(&user["age"].as_u64().unwrap()));
        assert!(("2015-10-01 00:00:00".."2017-12").contains(&text(user, "date_joined")));
    }
    assert!(tables[1].iter().any(|place| text(place, "country").contains('\'')));
}

#[tokio::test]
async fn a_database_that_exists_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("source.db");
    fs_err::write(&path, "mine").unwrap();
    assert!(matches!(write_database(&path, 1, 1).await, Err(SeedError::Exists { .. })));
    assert_eq!(fs_err::read_to_string(&path).unwrap(), "mine");
    let nowhere = folder.path().join("nowhere/source.db");
    let error = write_database(&nowhere, 1, 1).await.unwrap_err();
    assert!(error.to_string().contains("nowhere/source.db"), "{error}");
    let left: Vec<_> =
        fs_err::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["source.db"], "nothing half written stays behind");
}
