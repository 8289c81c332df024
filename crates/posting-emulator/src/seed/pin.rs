//! Rows of `pinterest_data`.
//!
//! Nine rows in ten are a picture or a video with a title, a text, a poster and tags, now and then with one field missing;
//! one in ten is a multi-video story, of which the scraper that made the real table got hardly anything.

use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use super::phrases::{EMOJI, ENGLISH, LANGUAGES, Language};
use super::topics::{TOPICS, Topic};
use super::{SeedRow, SeedType, SeedValue};

/// The title of a row that has none.
pub const TITLE_MISSING: &str = "No Title Data Available";
/// The `poster_name` of a row that has none.
pub const POSTER_NAME_MISSING: &str = "User Info Error";
/// The `follower_count` of a row that has none.
pub const FOLLOWER_COUNT_MISSING: &str = "User Info Error";
/// The `image_src` of a row that has none.
pub const IMAGE_SRC_MISSING: &str = "Image src error.";
/// The `tag_list` of a row that has none.
pub const TAG_LIST_MISSING: &str = "N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e";
const DESCRIPTION_MISSING_IN_STORY: &str = "No description available Story format";
const DESCRIPTION_MISSING: &[&str] = &["No description available", "Untitled"];

/// One row in this many is a multi-video story.
const STORY_ONE_IN: u32 = 10;

/// A row of `pinterest_data`.
pub(super) struct Pin {
    index: u32,
    unique_id: String,
    title: String,
    description: String,
    poster_name: String,
    follower_count: String,
    tag_list: String,
    is_image_or_video: &'static str,
    image_src: String,
    downloaded: bool,
    category: &'static str,
}

impl SeedRow for Pin {
    const TABLE: &'static str = "pinterest_data";
    const TABLE_NUMBER: u64 = 1;
    const COLUMNS: &'static [(&'static str, SeedType)] = &[
        ("index", SeedType::Integer),
        ("unique_id", SeedType::Text),
        ("title", SeedType::Text),
        ("description", SeedType::Text),
        ("poster_name", SeedType::Text),
        ("follower_count", SeedType::Text),
        ("tag_list", SeedType::Text),
        ("is_image_or_video", SeedType::Text),
        ("image_src", SeedType::Text),
        ("downloaded", SeedType::Integer),
        ("save_location", SeedType::Text),
        ("category", SeedType::Text),
    ];

    fn generate(row_number: u32, rng: &mut ChaCha8Rng) -> Self {
        let topic = TOPICS.choose(rng).expect("there are topics");
        let unique_id = unique_id(rng);
        if rng.random_ratio(1, STORY_ONE_IN) {
            story(row_number, unique_id, topic, rng)
        } else {
            picture_or_video(row_number, unique_id, topic, rng)
        }
    }

    fn values(self) -> Vec<SeedValue> {
        let text = SeedValue::Text;
        vec![
            SeedValue::Integer(self.index.into()),
            text(self.unique_id),
            text(self.title),
            text(self.description),
            text(self.poster_name),
            text(self.follower_count),
            text(self.tag_list),
            text(self.is_image_or_video.to_owned()),
            text(self.image_src),
            SeedValue::Integer(self.downloaded.into()),
            text(format!("Local save in /data/{}", self.category)),
            text(self.category.to_owned()),
        ]
    }
}

fn story(index: u32, unique_id: String, topic: &Topic, rng: &mut ChaCha8Rng) -> Pin {
    // A few stories do have a poster or a title.
    let known_poster = rng.random_ratio(1, 12);
    let known_title = rng.random_ratio(1, 12);
    Pin {
        index,
        unique_id,
        title: if known_title { title(&ENGLISH, topic, rng) } else { TITLE_MISSING.to_owned() },
        description: DESCRIPTION_MISSING_IN_STORY.to_owned(),
        poster_name: if known_poster { poster_name(&ENGLISH, rng) } else { POSTER_NAME_MISSING.to_owned() },
        follower_count: if known_poster { follower_count(rng) } else { FOLLOWER_COUNT_MISSING.to_owned() },
        tag_list: TAG_LIST_MISSING.to_owned(),
        is_image_or_video: "multi-video(story page format)",
        image_src: IMAGE_SRC_MISSING.to_owned(),
        downloaded: false,
        category: topic.category,
    }
}

fn picture_or_video(index: u32, unique_id: String, topic: &Topic, rng: &mut ChaCha8Rng) -> Pin {
    let language =
        if rng.random_ratio(13, 20) { &ENGLISH } else { LANGUAGES.choose(rng).expect("there are languages") };
    let is_video = rng.random_ratio(1, 10);
    let poster_is_known = !rng.random_ratio(1, 100);
    Pin {
        index,
        unique_id,
        title: if rng.random_ratio(1, 60) { TITLE_MISSING.to_owned() } else { title(language, topic, rng) },
        description: description(language, rng),
        poster_name: if poster_is_known {
            poster_name(language, rng)
        } else {
            POSTER_NAME_MISSING.to_owned()
        },
        follower_count: if poster_is_known { follower_count(rng) } else { FOLLOWER_COUNT_MISSING.to_owned() },
        tag_list: if rng.random_ratio(1, 50) {
            TAG_LIST_MISSING.to_owned()
        } else {
            tag_list(language, topic, rng)
        },
        is_image_or_video: if is_video { "video" } else { "image" },
        image_src: if rng.random_ratio(1, 80) {
            IMAGE_SRC_MISSING.to_owned()
        } else {
            image_src(is_video, rng)
        },
        downloaded: !rng.random_ratio(1, 40),
        category: topic.category,
    }
}

fn title(language: &Language, topic: &Topic, rng: &mut ChaCha8Rng) -> String {
    let subjects = if language.subjects.is_empty() { topic.subjects } else { language.subjects };
    let space = language.space;
    let mut title = format!("{}{space}{}", word(language.openings, rng), word(subjects, rng));
    if rng.random_ratio(2, 3) {
        title.push_str(space);
        title.push_str(word(language.endings, rng));
    }
    if rng.random_ratio(1, 6) {
        title.push(' ');
        title.push_str(word(EMOJI, rng));
    }
    title
}

fn description(language: &Language, rng: &mut ChaCha8Rng) -> String {
    if rng.random_ratio(1, 25) {
        return word(DESCRIPTION_MISSING, rng).to_owned();
    }
    // One description in twelve has line breaks, as people type them.
    let space = if rng.random_ratio(1, 12) { "\n" } else { " " };
    let count = rng.random_range(1..=language.sentences.len().min(3));
    let sentences: Vec<&str> = language.sentences.sample(rng, count).copied().collect();
    let mut description = sentences.join(space);
    match rng.random_range(0..10) {
        0 | 1 => {
            description.push(' ');
            description.push_str(word(EMOJI, rng));
        }
        2 => description.push_str(" #save\\share 100% \"free\""),
        // The site cuts long texts and leaves an ellipsis and a no-break space.
        3 => description.push_str("…\u{a0}"),
        _ => {}
    }
    description
}

fn poster_name(language: &Language, rng: &mut ChaCha8Rng) -> String {
    let poster = word(language.posters, rng);
    match rng.random_range(0..8) {
        0 => format!("{poster} {}", word(EMOJI, rng)),
        1 => format!("{poster} {}", rng.random_range(2..100)),
        _ => poster.to_owned(),
    }
}

fn follower_count(rng: &mut ChaCha8Rng) -> String {
    match rng.random_range(0..20) {
        0..8 => rng.random_range(0..1_000).to_string(),
        8..18 => format!("{}k", rng.random_range(1..1_000)),
        _ => format!("{}M", rng.random_range(1..15)),
    }
}

fn tag_list(language: &Language, topic: &Topic, rng: &mut ChaCha8Rng) -> String {
    let count = rng.random_range(2..=topic.tags.len());
    let mut tags: Vec<&str> = topic.tags.sample(rng, count).copied().collect();
    if !language.subjects.is_empty() {
        tags.push(word(language.subjects, rng));
    }
    tags.join(",")
}

fn image_src(is_video: bool, rng: &mut ChaCha8Rng) -> String {
    let name = format!("{:032x}", rng.random::<u128>());
    let (folder, ending) =
        if is_video { ("videos/thumbnails/originals", ".0000000.jpg") } else { ("originals", ".jpg") };
    format!("https://i.pins.example/{folder}/{}/{}/{}/{name}{ending}", &name[..2], &name[2..4], &name[4..6])
}

/// A random UUID in its usual text form (version 4, RFC 9562).
fn unique_id(rng: &mut ChaCha8Rng) -> String {
    let bits = rng.random::<u128>() & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn word<'a>(words: &[&'a str], rng: &mut ChaCha8Rng) -> &'a str {
    words.choose(rng).copied().expect("word lists are not empty")
}
